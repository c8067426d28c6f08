"""Hostile input: refused with the right error, quickly, and the server goes on."""

import json
import socket
import time
import urllib.parse

from client import PATCH, SCIM_JSON, USER, query
from suite import case

QUICK = 2.0  # seconds, for one answer on a busy machine


def raw(t, method, target, body, content_type=SCIM_JSON):
    """Sends bytes; the answer and nothing but the answer counts, in bounded time."""
    start = time.monotonic()
    answer = t.client.send(method, target, raw=body, headers={"Content-Type": content_type})
    seconds = time.monotonic() - start
    t.true(seconds < QUICK, f"{seconds:.1f} s")
    healthy(t)
    return answer


def healthy(t):
    t.ok(t.client.send("GET", "/ServiceProviderConfig"), 200)


def nested(depth, opening, closing, middle="1"):
    return (opening * depth + middle + closing * depth).encode()


@case("hostile", "JSON nested 10, 100 and 100,000 deep")
def _(t):
    for depth in (40, 100, 10_000, 100_000):
        for body in (nested(depth, '{"a":', "}"), nested(depth, "[", "]"),
                     b'{"userName":' + nested(depth, "[", "]") + b"}"):
            t.error(raw(t, "POST", "/Users", body), 400, "invalidSyntax")


@case("hostile", "JSON that never ends")
def _(t):
    for body in (b"[" * 500_000, b'{"a":' * 100_000, b'"' + b"x" * 900_000, b"1" * 900_000):
        t.error(raw(t, "POST", "/Users", body), 400, "invalidSyntax")


@case("RFC 9110 §15.5.14", "a body beyond the limit is 413 with a SCIM error")
def _(t):
    body = json.dumps({"schemas": [USER], "userName": "x", "title": "x" * 20_000_000}).encode()
    start = time.monotonic()
    try:
        answer = t.client.send("POST", "/Users", raw=body, headers={"Content-Type": SCIM_JSON})
    except (ConnectionError, OSError):
        # The server may close before all is sent; then the answer is read by a client that stops.
        t.client.close()
        answer = None
    t.true(time.monotonic() - start < 5, "took too long")
    if answer is not None:
        t.error(answer, 413)
    healthy(t)


@case("RFC 9110 §15.5.14", "a Content-Length beyond the limit is 413 before the body")
def _(t):
    answer = by_hand(t, f"Content-Type: {SCIM_JSON}\r\nContent-Length: 9999999999\r\n", b"")
    t.true(b" 413 " in answer.split(b"\r\n")[0], answer[:200].decode("utf-8", "replace"))
    t.true(b"api:messages:2.0:Error" in answer, "no SCIM error body")
    healthy(t)


def by_hand(t, fields, body, method="POST", target="/Users"):
    """One request written byte by byte on a connection of its own."""
    url = urllib.parse.urlsplit(t.client.base_url)
    head = (f"{method} {url.path}{target} HTTP/1.1\r\nHost: {url.netloc}\r\n"
            f"Authorization: Bearer {t.client.token}\r\n{fields}\r\n").encode()
    with socket.create_connection((url.hostname, url.port or 80), timeout=10) as connection:
        connection.sendall(head + body)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
            end = answer.find(b"\r\n\r\n")
            length = [line.split(b":")[1] for line in answer[:max(end, 0)].lower().split(b"\r\n")
                      if line.startswith(b"content-length:")]
            if end >= 0 and (not length or len(answer) >= end + 4 + int(length[0])):
                return answer
        return answer


@case("RFC 9112 §6.1", "ambiguous framing is 400 and closes")
def _(t):
    chunked = b"2\r\n{}\r\n0\r\n\r\n"
    for fields in ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                   "Content-Length: 5\r\nContent-Length: 6\r\n",
                   "Transfer-Encoding: chunked, identity\r\n",
                   "Content-Length: +5\r\n", "Host: other.example\r\nContent-Length: 2\r\n",
                   "X-Folded: a\r\n b\r\nContent-Length: 2\r\n",
                   "Content-Length : 2\r\n"):
        answer = by_hand(t, f"Content-Type: {SCIM_JSON}\r\n{fields}", chunked)
        status = answer.split(b" ")[1:2]
        t.true(status == [b"400"], f"{fields!r}: {answer[:80]!r}")
    healthy(t)


@case("RFC 9112 §7.1", "a chunked body is understood")
def _(t):
    body = json.dumps(t.user_body()).encode()
    framed = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    answer = by_hand(t, f"Content-Type: {SCIM_JSON}\r\nTransfer-Encoding: chunked\r\n", framed)
    t.true(b" 201 " in answer.split(b"\r\n")[0], answer[:200].decode("utf-8", "replace"))
    t.send("DELETE", "/Users/" + json.loads(answer.split(b"\r\n\r\n", 1)[1])["id"])


@case("RFC 3629", "bad UTF-8 in body and query")
def _(t):
    for text in (b"\xff", b"\xc3(", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xc0\xaf"):
        body = b'{"schemas":["%s"],"userName":"%s"}' % (USER.encode(), text)
        t.error(raw(t, "POST", "/Users", body), 400, "invalidSyntax", "invalidValue")
    t.error(t.get("/Users?filter=userName%20eq%20%22%FF%22"), 400)
    t.error(t.get("/Users?filter=userName%20eq%20%22%zz%22"), 400)
    answer = t.get("/Users/%FF")
    t.true(answer.status in (400, 404), f"bad UTF-8 in the path: {answer}")


@case("RFC 8259 §4", "duplicate members are refused")
def _(t):
    for body in (b'{"schemas":["%s"],"userName":"a","userName":"b"}' % USER.encode(),
                 b'{"schemas":["%s"],"userName":"a","username":"b"}' % USER.encode(),
                 b'{"schemas":["%s"],"userName":"a","name":{"givenName":"a","givenName":"b"}}'
                 % USER.encode()):
        t.error(raw(t, "POST", "/Users", body), 400, "invalidSyntax", "invalidValue")


@case("hostile", "a PATCH of 100,000 operations")
def _(t):
    target = f"/Users/{t.user()['id']}"
    body = b'{"schemas":["%s"],"Operations":[%s]}' % (
        PATCH.encode(), b",".join([b'{"op":"remove"}'] * 100_000))
    answer = raw(t, "PATCH", target, body)
    t.true(answer.status in (400, 413), f"got {answer}")
    one = b'{"op":"add","path":"emails","value":[{"value":"%d@x.example"}]}'
    body = b'{"schemas":["%s"],"Operations":[%s]}' % (
        PATCH.encode(), b",".join(one % n for n in range(14_000)))
    answer = raw(t, "PATCH", target, body)
    t.true(answer.status in (400, 413), f"got {answer}")


@case("hostile", "filters nested 1,000 deep and with 1,000 terms")
def _(t):
    for filter in ("(" * 1000 + "title pr" + ")" * 1000, "not (" * 1000 + "title pr" + ")" * 1000,
                   "(" * 5000, "emails[" * 1000):
        start = time.monotonic()
        t.error(t.find("/Users", filter), 400, "invalidFilter")
        t.true(time.monotonic() - start < QUICK, "took too long")
    answer = t.find("/Users", " or ".join(['title eq "x"'] * 1000))
    t.true(answer.status in (200, 400, 414, 431), f"got {answer}")
    healthy(t)


@case("hostile", "a path nested deep, and a long one, in PATCH")
def _(t):
    target = f"/Users/{t.user()['id']}"
    for path in ("emails[" + "(" * 5000 + "type pr" + ")" * 5000 + "]", "a." * 10_000 + "b",
                 "emails" + '[type eq "x"]' * 1000):
        t.error(t.patch(target, {"op": "replace", "path": path, "value": "x"}), 400,
                "invalidPath", "invalidFilter")
    healthy(t)


@case("hostile", "a request line and header fields beyond the limit")
def _(t):
    answer = t.get(query("/Users", filter='title eq "' + "x" * 200_000 + '"'))
    t.true(answer.status in (400, 414, 431), f"got {answer.status}")
    t.client.close()
    answer = t.get("/Users?count=1", headers={"X-Long": "x" * 200_000})
    t.true(answer.status in (400, 431), f"got {answer.status}")
    t.client.close()
    healthy(t)


@case("hostile", "values at the edge: long names, control characters, numbers")
def _(t):
    for body in (t.user_body() | {"userName": "x" * 500_000}, t.user_body() | {"title": "\u0000"},
                 t.user_body() | {"emails": [{"value": str(n)} for n in range(20_000)]},
                 t.user_body() | {"active": 1e308}, t.user_body() | {"unknown": {"a": [1] * 1000}}):
        start = time.monotonic()
        answer = t.post("/Users", body)
        t.true(answer.status in (201, 400, 413), f"got {answer}")
        t.true(time.monotonic() - start < QUICK, "took too long")
    healthy(t)


@case("hostile", "a number that no double holds")
def _(t):
    for number in (b"1e999", b"-1e999", b"0." + b"0" * 1000 + b"1", b"1" * 400):
        body = b'{"schemas":["%s"],"userName":"n","x":%s}' % (USER.encode(), number)
        answer = raw(t, "POST", "/Users", body)
        t.true(answer.status in (201, 400), f"got {answer}")
        if answer.status == 201:
            t.send("DELETE", f"/Users/{answer.at('id')}")
