"""Fills a SCIM server through its own protocol: users, and groups with so many members."""

import http.client
import json
import re
import threading
import urllib.parse

import measure

THREADS = 32
BATCH = 1000
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def user(mark="@@"):
    """A user of about 2 KB as Entra ID sends it; `mark` stands where a number goes."""
    name = f"user.{mark}@bench.example.com"
    address = {"formatted": "100 Universal City Plaza, Hollywood, CA 91608, USA", "locality": "Hollywood",
               "streetAddress": "100 Universal City Plaza, Building 17, Floor 4", "region": "CA",
               "postalCode": "91608", "country": "US"}
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": f"00000000-0000-4000-8000-{mark}",
        "userName": name,
        "name": {"formatted": "Ms. Barbara Jane Jensen, III", "familyName": "Jensen", "givenName": "Barbara",
                 "middleName": "Jane", "honorificPrefix": "Ms.", "honorificSuffix": "III"},
        "displayName": f"Barbara Jensen {mark}",
        "nickName": "Babs",
        "profileUrl": f"https://people.bench.example.com/profiles/{mark}",
        "emails": [{"value": name, "type": "work", "primary": True},
                   {"value": f"home.{mark}@example.org", "type": "home"}],
        "addresses": [{**address, "type": "work", "primary": True}, {**address, "type": "home"}],
        "phoneNumbers": [{"value": "+1-555-555-8377", "type": "work"},
                         {"value": "+1-555-555-4444", "type": "mobile"}],
        "ims": [{"value": f"babs-{mark}", "type": "aim"}],
        "photos": [{"value": f"https://photos.bench.example.com/{mark}/F", "type": "photo"},
                   {"value": f"https://photos.bench.example.com/{mark}/T", "type": "thumbnail"}],
        "userType": "Employee", "title": "Vice President, Tour Operations", "preferredLanguage": "en-US",
        "locale": "en-US", "timezone": "America/Los_Angeles", "active": True,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": f"E-{mark}", "costCenter": "4130", "organization": "Universal Studios",
            "division": "Theme Park", "department": "Tour Operations"},
    }


class Client:
    """One kept-alive connection."""

    def __init__(self, server):
        self.server = server
        url = urllib.parse.urlsplit(server.url)
        self.base = url.path
        self.connection = http.client.HTTPConnection(url.hostname, url.port, timeout=120)
        self.headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/scim+json"}

    def send(self, method, path, body=None):
        text = json.dumps(body) if isinstance(body, dict) else body
        self.connection.request(method, self.base + path, text, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise measure.Failed(f"{self.server.name}: {method} {path}: {answer.status} {content[:300]}")
        return content


def id_of(content):
    return re.search(rb'"id"\s*:\s*"([^"]+)"', content).group(1).decode()


def create(server, path, count, template):
    """The ids of `count` new resources of the JSON `template`, numbered from 0 where it says @@."""
    ids, errors = [None] * count, []
    numbers = iter(range(count))
    lock = threading.Lock()

    def work():
        client = Client(server)
        while not errors:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            try:
                ids[number] = id_of(client.send("POST", path, template.replace("@@", f"n{number}")))
            except Exception as error:  # any one ends the load; the first is raised below
                errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(min(THREADS, count))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return ids


def create_users(server, count):
    return create(server, "/Users", count, json.dumps(user()))


def user_name(number):
    return user(f"n{number}")["userName"]


def group(name):
    return {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": name}


def create_groups(server, count):
    return create(server, "/Groups", count, json.dumps(group("team @@")))


def create_group(server, name, members):
    """The id of a new group with these members, added in batches."""
    client = Client(server)
    made = id_of(client.send("POST", "/Groups", group(name)))
    for start in range(0, len(members), BATCH):
        value = [{"value": member} for member in members[start:start + BATCH]]
        client.send("PATCH", f"/Groups/{made}", {
            "schemas": [PATCH_OP], "Operations": [{"op": "add", "path": "members", "value": value}]})
    return made
