"""Memberships: PATCH of groups, RFC 7644 §3.5.2, and the ways IdPs have lost members."""

from client import GROUP
from suite import ABSENT, case
from trace_patch import op

NOWHERE = "00000000-0000-4000-8000-000000000000"


def crew(t, count=3):
    """Users' ids, all of them members of a new group, and the group."""
    ids = [t.user()["id"] for _ in range(count)]
    return ids, t.group(members=ids)


def patch(t, group, *operations):
    return t.ok(t.patch(f"/Groups/{group['id']}", *operations), 200, 204)


def expect(t, group, ids, what="members"):
    t.equal(t.members(group["id"]), sorted(ids), what)


@case("azure-docs#30826", "Entra's Remove with a value array leaves the other members")
def _(t):
    (a, b, c), group = crew(t)
    patch(t, group, op("Remove", "members", [{"$ref": None, "value": b}]))
    expect(t, group, [a, c])
    patch(t, group, op("Remove", "members", {"value": a}))
    expect(t, group, [c], "members after Remove with an object")


@case("azure-docs#30826", "Remove with an empty value array never empties the group")
def _(t):
    ids, group = crew(t)
    answer = t.patch(f"/Groups/{group['id']}", op("Remove", "members", []))
    t.ok(answer, 200, 204, 400)
    expect(t, group, ids)


@case("azure-docs#30826", "Remove with values that are not understood never empties the group")
def _(t):
    ids, group = crew(t)
    for value in ([{"display": "x"}], ["x"], [{}], "x", [None], [{"value": None}]):
        t.ok(t.patch(f"/Groups/{group['id']}", op("Remove", "members", value)), 200, 204, 400)
        expect(t, group, ids, f"members after Remove {value!r}")


@case("7644 §3.5.2.2", "remove of members without filter and value removes all")
def _(t):
    _, group = crew(t)
    patch(t, group, op("remove", "members"))
    expect(t, group, [])


@case("7644 §3.5.2.2", "remove members[value eq …] removes one; again it changes nothing")
def _(t):
    (a, b, c), group = crew(t)
    path = f'members[value eq "{a}"]'
    patch(t, group, op("remove", path))
    expect(t, group, [b, c])
    version = t.get(f"/Groups/{group['id']}").at("meta/version")
    patch(t, group, op("remove", path))
    patch(t, group, op("remove", f'members[value eq "{NOWHERE}"]'))
    expect(t, group, [b, c])
    t.equal(t.get(f"/Groups/{group['id']}").at("meta/version"), version, "version")


@case("7644 §3.5.2.2", "remove members[value eq a or value eq b]")
def _(t):
    (a, b, c), group = crew(t)
    patch(t, group, op("remove", f'members[value eq "{a}" or value eq "{b}"]'))
    expect(t, group, [c])


@case("langwatch#7131", "a rename, with and without a path, keeps the members")
def _(t):
    ids, group = crew(t)
    one, two = t.name("group"), t.name("group")
    patch(t, group, op("replace", "displayName", one))
    patch(t, group, op("replace", None, {"id": group["id"], "displayName": two}))
    expect(t, group, ids)
    t.has(t.get(f"/Groups/{group['id']}"), "displayName", two)


@case("keycloak#52752", "replace members removes who is not named")
def _(t):
    (a, b, _), group = crew(t)
    d = t.user()["id"]
    patch(t, group, op("replace", "members", [{"value": a}, {"value": d}]))
    expect(t, group, [a, d])
    patch(t, group, op("replace", None, {"members": [{"value": b}]}))
    expect(t, group, [b], "members after replace without path")


@case("SimpleIdServer#844", "replace and add of who is a member already: each member once")
def _(t):
    ids, group = crew(t)
    values = [{"value": member} for member in ids]
    patch(t, group, op("replace", "members", values))
    patch(t, group, op("add", "members", values + values))
    expect(t, group, ids)


@case("7644 §3.5.2.1", "add of a member that is there leaves version and lastModified alone")
def _(t):
    ids, group = crew(t)
    before = t.get(f"/Groups/{group['id']}").at("meta")
    patch(t, group, op("add", "members", [{"value": ids[0]}]))
    t.equal(t.get(f"/Groups/{group['id']}").at("meta"), before, "meta")


@case("Okta", "remove one and add one in one request; add and remove the same one")
def _(t):
    (a, b, c), group = crew(t)
    d = t.user()["id"]
    patch(t, group, op("remove", f'members[value eq "{a}"]'), op("add", "members", [{"value": d}]))
    expect(t, group, [b, c, d])
    patch(t, group, op("add", "members", [{"value": a}]),
          op("remove", f'members[value eq "{a}"]'))
    expect(t, group, [b, c, d])


@case("7644 §3.5.2", "add of a user that does not exist is 400 and adds nobody")
def _(t):
    (a, b, c), group = crew(t)
    d = t.user()["id"]
    answer = t.patch(f"/Groups/{group['id']}", op("add", "members", [{"value": d}]),
                     op("add", "members", [{"value": NOWHERE}]))
    t.error(answer, 400, "invalidValue")
    expect(t, group, [a, b, c])


@case("7643 §4.2", "a member's value is immutable")
def _(t):
    (a, b, c), group = crew(t)
    change = op("replace", f'members[value eq "{a}"].value', NOWHERE)
    answer = t.patch(f"/Groups/{group['id']}", change)
    t.error(answer, 400, "mutability", "invalidValue")
    expect(t, group, [a, b, c])


@case("7643 §4.2", "a group in a group: kept with its $ref, or refused with 400 invalidValue")
def _(t):
    inner, outer = t.group(), t.group()
    target = f"/Groups/{outer['id']}"
    answer = t.patch(target, op("add", "members", [{"value": inner["id"], "type": "Group"}]))
    if answer.status not in (200, 204):
        t.error(answer, 400, "invalidValue")
        expect(t, outer, [])
        return
    got = t.get(target)
    t.has(got, "members/0/value", inner["id"])
    t.true(got.at("members/0/$ref").endswith(f"/Groups/{inner['id']}"), "$ref")


@case("Entra", "displayName of groups is unique in any case")
def _(t):
    one, two = t.group(), t.group()
    taken = one["displayName"].upper()
    t.error(t.post("/Groups", {"schemas": [GROUP], "displayName": taken}), 409, "uniqueness")
    answer = t.patch(f"/Groups/{two['id']}", op("replace", "displayName", taken))
    t.error(answer, 409, "uniqueness")


@case("Entra", "the group schema of Microsoft is dropped, not refused")
def _(t):
    foreign = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    answer = t.ok(t.post("/Groups", {"schemas": [GROUP, foreign], "displayName": t.name("group"),
                                     "externalId": "x"}), 201)
    t.has(answer, "schemas", [GROUP])


@case("7644 §3.5.2", "many members in one request")
def _(t):
    ids = [t.user()["id"] for _ in range(60)]
    group = t.group()
    patch(t, group, op("Add", "members", [{"value": member} for member in ids]))
    expect(t, group, ids)
    patch(t, group, op("Remove", "members", [{"value": member} for member in ids[:50]]))
    expect(t, group, ids[50:])


@case("7644 §3.4.2.5", "excludedAttributes=members leaves them out of answers to PATCH too")
def _(t):
    ids, group = crew(t)
    target = f"/Groups/{group['id']}?excludedAttributes=members"
    answer = t.ok(t.patch(target, op("replace", "displayName", t.name("group"))), 200, 204)
    if answer.status == 200:
        t.has(answer, "members", ABSENT)
