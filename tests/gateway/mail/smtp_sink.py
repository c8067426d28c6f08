#!/usr/bin/python3
"""An SMTP server for tests on a free port of the loopback. It prints the port, then each message that it
took as one line of JSON: the envelope, and the content as Python's email package reads it, strictly.
How it answers is told by the recipient's local part: "greylisted" gets 451 once, "unknown" 550, "full" 552
after the content, "silent" no answer at all. `smtp_sink.py read FILE` prints a file's message instead."""

import argparse
import asyncio
import email
import email.header
import email.policy
import email.utils
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

STRICT = email.policy.SMTP.clone(raise_on_defect=True)


def sender_name(content):
    """By the older API: the newer one puts spaces between the encoded words of a phrase."""
    raw = email.message_from_bytes(content, policy=email.policy.compat32)["From"]
    return str(email.header.make_header(email.header.decode_header(email.utils.parseaddr(raw)[0])))


def described(content):
    message = email.message_from_bytes(content, policy=STRICT)
    lines = content.split(b"\r\n")
    return {
        "from": str(message["From"]),
        "sender_name": sender_name(content),
        "to": str(message["To"]),
        "subject": str(message["Subject"]),
        "date": message["Date"].datetime.isoformat(),
        "message_id": str(message["Message-ID"]),
        "headers": sorted(message.keys()),
        "type": message.get_content_type(),
        "parts": [part.get_content_type() for part in message.iter_parts()],
        "text": message.get_body(("plain",)).get_content().replace("\r\n", "\n"),
        "html": message.get_body(("html",)).get_content().replace("\r\n", "\n"),
        "longest_line": max(map(len, lines)),
        "only_crlf": b"\n" not in content.replace(b"\r\n", b"") and b"\r" not in content.replace(b"\r\n", b""),
        "ascii": content.isascii(),
    }


class Handler:
    def __init__(self):
        self.greylisted = set()

    async def handle_RCPT(self, server, session, envelope, address, options):
        local = address.partition("@")[0]
        if local == "silent":
            await asyncio.sleep(3600)
        if local == "unknown":
            return "550 5.1.1 No such user here"
        if local == "greylisted" and address not in self.greylisted:
            self.greylisted.add(address)
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 5.2.2 Mailbox full"
        login = session.auth_data.login.decode() if session.authenticated else ""
        print(json.dumps({
            "envelope_from": envelope.mail_from,
            "envelope_to": envelope.rcpt_tos,
            "tls": server.transport.get_extra_info("ssl_object") is not None,
            "login": login,
            **described(envelope.original_content),
        }), flush=True)
        return "250 OK"


def authenticator(user, password):
    def check(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=good, handled=good, auth_data=data)
    return check


async def serve(options):
    context = None
    if options.tls != "off":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate, options.key)
    implicit = options.tls == "implicit"
    settings = {"hostname": "sink.test"}
    if options.tls == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if options.user:
        settings |= {
            "authenticator": authenticator(options.user, options.password),
            "auth_required": True,
            "auth_require_tls": options.tls == "starttls",
        }
    handler = Handler()

    def connection():
        return SMTP(handler, **settings)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0, ssl=context if implicit else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    if sys.argv[1:2] == ["read"]:
        with open(sys.argv[2], "rb") as file:
            print(json.dumps(described(file.read())))
        return
    parser = argparse.ArgumentParser()
    parser.add_argument("--tls", choices=("off", "starttls", "implicit"), default="off")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--user")
    parser.add_argument("--password")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
