#!/usr/bin/python3
"""Okta's public "Okta SCIM 2.0 SPEC Test" as a table of requests and assertions, in its order.

The original is a Runscope export (Okta-SCIM-20-SPEC-Test.json in okta-developer-docs). It wants at
least one complete user; one is created first when the directory is empty. Pauses are left out."""

import random
import string
import sys
import uuid

from client import ERROR, LIST, USER
from script import fill, play
from suite import Table, arguments, client_of

OKTA = {"Accept-Charset": "utf-8", "Content-Type": "application/scim+json; charset=utf-8",
        "Accept": "application/scim+json", "User-Agent": "OKTA SCIM Integration"}
CREATION = {"Content-Type": "application/json", "Accept": "application/scim+json; charset=utf-8"}

NEW_USER = {
    "schemas": [USER], "userName": "{{randomUsername}}",
    "name": {"givenName": "{{randomGivenName}}", "familyName": "{{randomFamilyName}}"},
    "emails": [{"primary": True, "value": "{{randomEmail}}", "type": "work"}],
    "displayName": "{{randomGivenName}} {{randomFamilyName}}", "active": True}
SAME_USER = NEW_USER | {
    "emails": [{"primary": True, "value": "{{randomUsername}}", "type": "work"}]}

PROFILE = ["name/familyName", "name/givenName", "userName", "active", "emails/0/value"]


def step(name, method, target, expect, body=None, headers=OKTA, keep=None):
    return {"name": name, "method": method, "target": target, "body": body, "headers": headers,
            "expect": expect, "keep": keep or {}}


def filled(*paths):
    return [["filled", path] for path in paths]


STEPS = [
    step("Required Test: Test Users endpoint", "GET", "/Users?count=1&startIndex=1",
         [["status", 200], ["filled", "Resources"], ["contains", "schemas", LIST],
          ["number", "itemsPerPage"], ["number", "startIndex"], ["number", "totalResults"]]
         + filled("Resources/0/id", *(f"Resources/0/{path}" for path in PROFILE)),
         keep={"ISVUserid": "Resources/0/id"}),
    step("Required Test: Get Users/{{id}}", "GET", "/Users/{{ISVUserid}}",
         [["status", 200], *filled("id", *PROFILE), ["equal", "id", "{{ISVUserid}}"]]),
    step("Required Test: Test invalid User by username", "GET",
         '/Users?filter=userName eq "{{InvalidUserEmail}}"',
         [["status", 200], ["contains", "schemas", LIST], ["equal", "totalResults", "0"]]),
    step("Required Test: Test invalid User by ID", "GET", "/Users/{{UserIdThatDoesNotExist}}",
         [["status", 404], ["filled", "detail"], ["contains", "schemas", ERROR]]),
    step("Required Test: Make sure random user doesn't exist", "GET",
         '/Users?filter=userName eq "{{randomEmail}}"',
         [["status", 200], ["equal", "totalResults", "0"], ["contains", "schemas", LIST]]),
    step("Required Test: Create Okta user with realistic values", "POST", "/Users",
         [["status", 201], ["equal", "active", "true"], ["filled", "id"],
          ["equal", "name/familyName", "{{randomFamilyName}}"],
          ["equal", "name/givenName", "{{randomGivenName}}"], ["contains", "schemas", USER],
          ["equal", "userName", "{{randomUsername}}"]],
         NEW_USER, CREATION, {"idUserOne": "id", "randomUserEmail": "emails/0/value"}),
    step("Required Test: Verify that user was created", "GET", "/Users/{{idUserOne}}",
         [["status", 200], ["equal", "userName", "{{randomUsername}}"],
          ["equal", "name/familyName", "{{randomFamilyName}}"],
          ["equal", "name/givenName", "{{randomGivenName}}"]]),
    step("Required Test: Expect failure when recreating user with same values", "POST", "/Users",
         [["status", 409]], SAME_USER, CREATION),
    step("Required Test: Username Case Sensitivity Check", "GET",
         '/Users?filter=userName eq "{{randomUsernameCaps}}"', [["status", 200]]),
    # The original's script asserts that Resources is an array, except when there is no group.
    step("Optional Test: Verify Groups endpoint", "GET", "/Groups",
         [["status", 200], ["faster", 600], ["list", "Resources"]]),
    step("Required Test: Check status 401", "GET",
         '/Users?filter=userName eq "{{randomUsernameCaps}}"',
         [["status", 401], ["filled", "detail"], ["equal", "status", "401"],
          ["contains", "schemas", ERROR]], headers=OKTA | {"Authorization": "non-token"}),
    step("Required Test: Check status 404", "GET", "/Users/00919288221112222",
         [["status", 404], ["filled", "detail"], ["equal", "status", "404"],
          ["contains", "schemas", ERROR]]),
]


def known_values():
    given = "Runscope" + "".join(random.choices(string.digits, k=3))
    family = (random.choice(string.ascii_uppercase)
              + "".join(random.choices(string.ascii_lowercase, k=8))
              + "".join(random.choices(string.digits, k=3)))
    email = f"{given}{family}@atko.example"
    return {"randomGivenName": given, "randomFamilyName": family, "randomEmail": email,
            "randomUsername": email, "randomUsernameCaps": email.upper(),
            "InvalidUserEmail": f"abcdefgh.{uuid.uuid4().hex[:8]}@atko.example",
            "UserIdThatDoesNotExist": "010101001010101011001010101011"}


def main():
    options = arguments(__doc__).parse_args()
    client, known, table = client_of(options), known_values(), Table(options.quiet)
    precondition = None
    if client.send("GET", "/Users?count=1").at("totalResults") == 0:
        precondition = client.send("POST", "/Users", fill(NEW_USER, known_values())).at("id")
    assertions = play(client, STEPS, known, table)
    for user in (known.get("idUserOne"), precondition):
        if user:
            client.send("DELETE", f"/Users/{user}")
    print(f"{assertions} assertions in {len(STEPS)} requests")
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
