"""A small SCIM client over http.client: one kept-alive connection, a deadline for each request."""

import http.client
import json
import ssl
import time
import urllib.parse

LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
SEARCH = "urn:ietf:params:scim:api:messages:2.0:SearchRequest"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

SCIM_JSON = "application/scim+json"


class Answer:
    def __init__(self, status, headers, body, ms):
        self.status, self.headers, self.body, self.ms = status, headers, body, ms
        try:
            self.json = json.loads(body) if body else None
        except ValueError:
            self.json = None

    def header(self, name):
        return self.headers.get(name)

    def at(self, path):
        return at(self.json, path)

    def __str__(self):
        text = self.body[:300].decode("utf-8", "replace")
        return f"{self.status} {text}"


def at(value, path):
    """The value at "Resources/0/id" or "emails/type=work/value" in any case, None if absent."""
    for segment in path.split("/") if path else ():
        value = _child(value, segment)
    return value


def _child(value, segment):
    if isinstance(value, dict):
        folded = segment.lower()
        return next((v for k, v in value.items() if k.lower() == folded), None)
    if isinstance(value, list):
        name, equals, wanted = segment.partition("=")
        if equals:
            return next((v for v in value if str(_child(v, name)) == wanted), None)
        index = int(segment)
        return value[index] if index < len(value) else None
    return None


class Client:
    def __init__(self, base_url, token, ca_file=None, deadline=30):
        url = urllib.parse.urlsplit(base_url)
        self.base_url = base_url.rstrip("/")
        self.prefix = url.path.rstrip("/")
        self.token = token
        self._https = url.scheme == "https"
        self._address = url.netloc
        self._context = ssl.create_default_context(cafile=ca_file) if self._https else None
        self._deadline = deadline
        self._connection = None

    def send(self, method, target, body=None, headers=None, raw=None):
        """`target` is relative to the base and sent as it is; `body` is JSON, `raw` bytes."""
        fields = {"Accept": SCIM_JSON, "Authorization": f"Bearer {self.token}"}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            fields["Content-Type"] = SCIM_JSON
        fields.update(headers or {})
        fields = {name: value for name, value in fields.items() if value is not None}
        start = time.monotonic()
        response, content = self._exchange(method, self.prefix + target, data, fields)
        return Answer(response.status, response.headers, content,
                      (time.monotonic() - start) * 1000)

    def _exchange(self, method, target, data, fields):
        for attempt in (1, 2):
            kept = self._connection is not None
            try:
                connection = self._connect()
                connection.request(method, target, data, fields)
                response = connection.getresponse()
                content = response.read()
                if response.will_close:
                    self.close()
                return response, content
            except (ConnectionError, http.client.BadStatusLine):
                self.close()
                if not kept or attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _connect(self):
        if self._connection is None:
            if self._https:
                self._connection = http.client.HTTPSConnection(
                    self._address, timeout=self._deadline, context=self._context)
            else:
                self._connection = http.client.HTTPConnection(self._address, timeout=self._deadline)
        return self._connection

    def close(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def query(path, **parameters):
    """path?name=value…, percent-encoded."""
    return f"{path}?{urllib.parse.urlencode(parameters, quote_via=urllib.parse.quote)}"
