"""Cases, their verdicts and the table. A case is a function of a Trial, named by what must hold."""

import argparse
import os
import sys
import time
import traceback
import uuid

from client import ENTERPRISE, ERROR, GROUP, PATCH, USER, Client, at, query

CASES = []
ABSENT = object()


class Failed(Exception):
    """The server did not do what the case demands."""


def case(section, name):
    """Registers a case under the section that demands it: "7644 §3.3"."""

    def register(function):
        CASES.append((section, name, function))
        return function

    return register


class Trial:
    """One case's view of the server. What it creates through here is removed afterwards."""

    def __init__(self, client, run):
        self.client = client
        self.run = run
        self._count = 0
        self._created = []

    # --- requests -----------------------------------------------------------------------------

    def send(self, method, target, body=None, **options):
        answer = self.client.send(method, target, body, **options)
        resource = answer.json
        if answer.status == 201 and isinstance(resource, dict) and "id" in resource:
            self._created.append(f"{target.split('?')[0].rstrip('/')}/{resource['id']}")
        return answer

    def get(self, target, **options):
        return self.send("GET", target, **options)

    def post(self, target, body, **options):
        return self.send("POST", target, body, **options)

    def put(self, target, body, **options):
        return self.send("PUT", target, body, **options)

    def patch(self, target, *operations, **options):
        return self.send("PATCH", target, {"schemas": [PATCH], "Operations": list(operations)},
                         **options)

    def delete(self, target, **options):
        return self.send("DELETE", target, **options)

    def find(self, path, filter, **parameters):
        return self.get(query(path, filter=filter, **parameters))

    # --- resources ----------------------------------------------------------------------------

    def name(self, stem="user"):
        self._count += 1
        return f"{stem}.{self._count}.{self.run}.{uuid.uuid4().hex[:6]}@trace.example"

    def user_body(self, **attributes):
        name = self.name()
        schemas = [USER] + ([ENTERPRISE] if ENTERPRISE in attributes else [])
        return {"schemas": schemas, "userName": name, **attributes}

    def user(self, **attributes):
        """A created user, as the server answered it."""
        return self.ok(self.post("/Users", self.user_body(**attributes)), 201).json

    def group(self, members=(), **attributes):
        body = {"schemas": [GROUP], "displayName": self.name("group"),
                "members": [{"value": member} for member in members], **attributes}
        return self.ok(self.post("/Groups", body), 201).json

    def members(self, group_id):
        group = self.ok(self.get(f"/Groups/{group_id}"), 200).json
        return sorted(at(member, "value") for member in group.get("members") or [])

    def clean_up(self):
        for target in reversed(self._created):
            self.client.send("DELETE", target)

    # --- verdicts -----------------------------------------------------------------------------

    def fail(self, message):
        raise Failed(message)

    def true(self, condition, message):
        if not condition:
            raise Failed(message)

    def equal(self, got, wanted, what):
        if got != wanted or isinstance(got, bool) != isinstance(wanted, bool):
            raise Failed(f"{what}: wanted {wanted!r}, got {got!r}")

    def ok(self, answer, *statuses):
        if answer.status not in statuses:
            raise Failed(f"wanted {' or '.join(map(str, statuses))}, got {answer}")
        return answer

    def has(self, answer, path, wanted):
        got = answer.at(path)
        if wanted is ABSENT:
            self.true(got is None or got == [], f"{path}: wanted nothing, got {got!r}")
        else:
            self.equal(got, wanted, path)

    def error(self, answer, status, *scim_types):
        """A SCIM error body, 7644 §3.12; any of `scim_types` when given."""
        self.ok(answer, status)
        self.true(ERROR in (answer.at("schemas") or []), f"no SCIM error body: {answer}")
        self.equal(answer.at("status"), str(status), "status")
        self.true(answer.at("detail"), "no detail")
        if scim_types:
            self.true(answer.at("scimType") in scim_types,
                      f"scimType: wanted {' or '.join(scim_types)}, got {answer.at('scimType')!r}")
        return answer

    def ids(self, answer):
        self.ok(answer, 200)
        return [at(resource, "id") for resource in answer.at("Resources") or []]


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--url", required=True, help="SCIM base URL, such as …/scim/v2")
    parser.add_argument("--token", default=os.environ.get("ROLLCALL_TOKEN"),
                        help="bearer token (default: $ROLLCALL_TOKEN)")
    parser.add_argument("--ca-file", help="certificates to trust instead of the system's")
    parser.add_argument("--only", help="only cases whose section or name contains this")
    parser.add_argument("--quiet", action="store_true", help="print failures only")
    return parser


def client_of(options):
    if not options.token:
        sys.exit("--token or ROLLCALL_TOKEN is needed")
    return Client(options.url, options.token, options.ca_file)


class Table:
    """Prints a line for each verdict and the summary; `close` gives the exit code."""

    def __init__(self, quiet=False):
        self.quiet = quiet
        self.passed = self.failed = self.differ = 0

    def add(self, section, name, failure=None, ms=0.0, reason=None):
        """`reason`: why this product answers otherwise on purpose; such a failure is only told."""
        if failure is None:
            verdict, self.passed = "ok", self.passed + 1
            if self.quiet:
                return
        elif reason:
            verdict, self.differ = "DIFF", self.differ + 1
        else:
            verdict, self.failed = "FAIL", self.failed + 1
        print(f"{verdict:<4} {section:<16} {ms:7.0f} ms  {name}", flush=True)
        if failure is not None:
            print(f"       {failure}", flush=True)
        if failure is not None and reason:
            print(f"       on purpose: {reason}", flush=True)

    def close(self):
        differ = f", {self.differ} differ on purpose" if self.differ else ""
        print(f"{self.passed} passed, {self.failed} failed{differ}")
        return 1 if self.failed else 0


def run_cases(options):
    client = client_of(options)
    table = Table(options.quiet)
    run = uuid.uuid4().hex[:8]
    for section, name, function in CASES:
        if options.only and options.only not in section and options.only not in name:
            continue
        trial = Trial(client, run)
        start = time.monotonic()
        failure = None
        try:
            function(trial)
        except Failed as error:
            failure = str(error)
        except Exception:  # a broken answer may break the case itself: that is a failure too
            failure = traceback.format_exc(limit=-2).strip().replace("\n", "\n       ")
        table.add(section, name, failure, (time.monotonic() - start) * 1000)
        trial.clean_up()
    return table.close()
