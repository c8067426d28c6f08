#!/usr/bin/python3
"""Replays the requests of recordings/*.json: what IdPs really send, and what must come of it.

Each recording meets a fresh {{alice}}, {{bob}}, {{carol}} and a {{group}} of alice and bob."""

import json
import pathlib
import sys
import uuid

from client import GROUP, USER
from script import play
from suite import Table, arguments, client_of

RECORDINGS = pathlib.Path(__file__).resolve().parent / "recordings"
PEOPLE = ("alice", "bob", "carol")


def prepare(client):
    run = uuid.uuid4().hex[:10]
    known = {"run": run, "group": f"Replay {run}", "GROUP": f"REPLAY {run}".upper()}
    for person in PEOPLE:
        name = f"{person}.{run}@replay.example"
        known |= {person: name, person.upper(): name.upper(),
                  f"{person}_external": f"{person}-{run}"}
        body = {"schemas": [USER], "userName": name, "externalId": known[f"{person}_external"],
                "name": {"givenName": person.title(), "familyName": "Replay"},
                "emails": [{"value": name, "type": "work"}]}
        known[f"{person}_id"] = client.send("POST", "/Users", body).at("id")
    body = {"schemas": [GROUP], "displayName": known["group"],
            "members": [{"value": known["alice_id"]}, {"value": known["bob_id"]}]}
    known["group_id"] = client.send("POST", "/Groups", body).at("id")
    return known


def clean_up(client, known):
    client.send("DELETE", f"/Groups/{known['group_id']}")
    for person in PEOPLE:
        client.send("DELETE", f"/Users/{known[f'{person}_id']}")


def main():
    options = arguments(__doc__).parse_args()
    client, table = client_of(options), Table(options.quiet)
    for path in sorted(RECORDINGS.glob("*.json")):
        if options.only and options.only not in path.stem:
            continue
        recording = json.loads(path.read_text(encoding="utf-8"))
        if not options.quiet:
            print(f"\n{recording['quirk']} ({recording['sender']}) [{recording['source']}]")
        known = prepare(client)
        play(client, [step | {"source": path.stem} for step in recording["steps"]], known, table)
        clean_up(client, known)
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
