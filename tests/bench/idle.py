"""Memory of idle keep-alive connections: anonymous bytes of the server for each."""

import socket
import ssl
import urllib.parse

import measure

# Linux lends about 28,000 client ports to an address.
ADDRESSES = 16


def connect(server, number, context):
    url = urllib.parse.urlsplit(server.url)
    client = socket.create_connection((url.hostname, url.port), timeout=30,
                                      source_address=(f"127.0.1.{number % ADDRESSES + 1}", 0))
    if context:
        client = context.wrap_socket(client, server_hostname="localhost")
    request = (f"GET {url.path}/ServiceProviderConfig HTTP/1.1\r\nHost: {url.netloc}\r\n"
               f"Authorization: Bearer {server.token}\r\n\r\n")
    client.sendall(request.encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        received = client.recv(65536)
        if not received:
            raise measure.Failed(f"connection {number} was closed")
        answer += received
    if b" 200 " not in answer.split(b"\r\n", 1)[0]:
        raise measure.Failed(f"connection {number}: {answer[:100]}")
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += client.recv(65536)
    return client


def bytes_a_connection(server, count, tls):
    context = None
    if tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    # What the first connections make the server allocate once is not theirs.
    warm = [connect(server, number, context) for number in range(20)]
    before = measure.anonymous_bytes(server.pid)
    clients = [connect(server, number, context) for number in range(count)]
    after = measure.anonymous_bytes(server.pid)
    for client in warm + clients:
        client.close()
    return (after - before) / count
