"""Paging, sorting and projection: RFC 7644 §3.4.2.3, §3.4.2.4, §3.4.2.5, §3.9."""

from client import ENTERPRISE, LIST, query
from suite import ABSENT, case


def crowd(t, count, **attributes):
    mine = t.name("type")
    return mine, [t.user(userType=mine, title=f"{n:02}", **attributes) for n in range(count)]


def page(t, mine, **parameters):
    return t.ok(t.find("/Users", f'userType eq "{mine}"', **parameters), 200)


@case("7644 §3.4.2", "a list has schemas, Resources and integers for its numbers")
def _(t):
    t.user()
    answer = t.ok(t.get("/Users?count=1"), 200)
    t.equal(answer.at("schemas"), [LIST], "schemas")
    for name in ("totalResults", "startIndex", "itemsPerPage"):
        t.true(type(answer.at(name)) is int, f"{name} is {answer.at(name)!r}")
    t.true(isinstance(answer.at("Resources"), list), "Resources")


@case("7644 §3.4.2.4", "pages do not overlap and miss nothing")
def _(t):
    mine, users = crowd(t, 7)
    seen = []
    for start in (1, 4, 7):
        answer = page(t, mine, startIndex=start, count=3)
        t.has(answer, "totalResults", 7)
        t.has(answer, "startIndex", start)
        t.has(answer, "itemsPerPage", len(answer.at("Resources")))
        seen += t.ids(answer)
    t.equal(sorted(seen), sorted(user["id"] for user in users), "ids over all pages")


@case("7644 §3.4.2.4", "the order is the same whatever the page size")
def _(t):
    mine, _ = crowd(t, 5)
    whole = t.ids(page(t, mine))
    single = [t.ids(page(t, mine, startIndex=n, count=1))[0] for n in range(1, 6)]
    t.equal(single, whole, "order")


@case("7644 §3.4.2.4", "startIndex below 1 is 1, count below 0 is 0, count 0 gives the total only")
def _(t):
    mine, _ = crowd(t, 3)
    for start in (0, -5):
        answer = page(t, mine, startIndex=start, count=2)
        t.has(answer, "startIndex", 1)
        t.has(answer, "itemsPerPage", 2)
    for count in (0, -1):
        answer = page(t, mine, count=count)
        t.has(answer, "totalResults", 3)
        t.has(answer, "itemsPerPage", 0)
        t.equal(answer.at("Resources"), [], "Resources")


@case("7644 §3.4.2.4", "beyond the end: an empty page, the true total, itemsPerPage 0")
def _(t):
    mine, _ = crowd(t, 3)
    for start in (4, 1000, 2**40):
        answer = page(t, mine, startIndex=start, count=100)
        t.has(answer, "totalResults", 3)
        t.has(answer, "itemsPerPage", 0)
        t.equal(answer.at("Resources"), [], "Resources")


@case("7644 §3.4.2.4", "startIndex and count that are no numbers are 400 invalidValue")
def _(t):
    for name, value in (("startIndex", "one"), ("count", "1.5"), ("count", ""), ("count", "1e3")):
        t.error(t.get(query("/Users", **{name: value})), 400, "invalidValue")


@case("7644 §3.4.2.4", "a count beyond the server's maximum gives a page, not an error")
def _(t):
    mine, _ = crowd(t, 2)
    t.has(page(t, mine, count=2**31), "itemsPerPage", 2)


@case("7644 §3.4.2.3", "sortBy ascends by default and descends on request")
def _(t):
    mine, users = crowd(t, 4)
    ids = [user["id"] for user in users]
    t.equal(t.ids(page(t, mine, sortBy="title")), ids, "ascending by default")
    t.equal(t.ids(page(t, mine, sortBy="TITLE", sortOrder="ascending")), ids, "ascending")
    t.equal(t.ids(page(t, mine, sortBy="title", sortOrder="descending")), ids[::-1], "descending")


@case("7644 §3.4.2.3", "sorting and paging go together")
def _(t):
    mine, users = crowd(t, 5)
    ids = [user["id"] for user in users]
    got = []
    for start in (1, 3, 5):
        got += t.ids(page(t, mine, sortBy="title", startIndex=start, count=2))
    t.equal(got, ids, "order")


@case("7644 §3.4.2.3", "who lacks the attribute comes last ascending, first descending")
def _(t):
    mine, users = crowd(t, 2)
    bare = t.user(userType=mine)["id"]
    t.equal(t.ids(page(t, mine, sortBy="title"))[-1], bare, "last")
    t.equal(t.ids(page(t, mine, sortBy="title", sortOrder="descending"))[0], bare, "first")


@case("7644 §3.4.2.3", "case does not count for caseExact=false; sub-attributes and primary do")
def _(t):
    mine = t.name("type")
    first = t.user(userType=mine, name={"familyName": "abbot"},
                   emails=[{"value": "z@x.example"}, {"value": "a@x.example", "primary": True}])
    second = t.user(userType=mine, name={"familyName": "BAKER"},
                    emails=[{"value": "b@x.example"}])
    ids = [first["id"], second["id"]]
    for path in ("name.familyName", "emails", "emails.value"):
        t.equal(t.ids(page(t, mine, sortBy=path)), ids, path)


@case("7644 §3.4.2.5", "attributes: the named ones, id and schemas, nothing else")
def _(t):
    user = t.user(title="Guide", name={"familyName": "J", "givenName": "B"})
    answer = t.ok(t.get(f"/Users/{user['id']}?attributes=title,NAME.givenname"), 200)
    t.has(answer, "title", "Guide")
    t.has(answer, "name/givenName", "B")
    t.has(answer, "id", user["id"])
    t.true(answer.at("schemas"), "no schemas")
    for path in ("userName", "name/familyName", "active"):
        t.has(answer, path, ABSENT)


@case("7644 §3.4.2.5", "excludedAttributes leaves out all but what is always returned")
def _(t):
    user = t.user(title="Guide", name={"familyName": "J", "givenName": "B"})
    answer = t.ok(
        t.get(f"/Users/{user['id']}?excludedAttributes=title,name.familyName,id,userName"), 200)
    t.has(answer, "id", user["id"])
    t.has(answer, "name/givenName", "B")
    for path in ("title", "name/familyName"):
        t.has(answer, path, ABSENT)


@case("7644 §3.10", "attributes by URN, of an extension as a whole, and repeated parameters")
def _(t):
    user = t.user(title="Guide", **{ENTERPRISE: {"department": "Tours", "division": "Theme"}})
    target = f"/Users/{user['id']}"
    one = t.ok(t.get(f"{target}?attributes={ENTERPRISE}:department"), 200)
    t.has(one, f"{ENTERPRISE}/department", "Tours")
    t.has(one, f"{ENTERPRISE}/division", ABSENT)
    whole = t.ok(t.get(f"{target}?attributes={ENTERPRISE}&attributes=title"), 200)
    t.has(whole, f"{ENTERPRISE}/division", "Theme")
    t.has(whole, "title", "Guide")
    t.has(whole, "userName", ABSENT)
    without = t.ok(t.get(f"{target}?excludedAttributes={ENTERPRISE}"), 200)
    t.has(without, ENTERPRISE, ABSENT)


@case("7644 §3.9", "attributes and excludedAttributes at once are 400")
def _(t):
    t.error(t.get("/Users?attributes=title&excludedAttributes=name"), 400)


@case("7644 §3.9", "attributes that are unknown or filtered are tolerated")
def _(t):
    user = t.user(emails=[{"value": "a@work.example", "type": "work"}])
    target = f"/Users/{user['id']}"
    t.ok(t.get(f"{target}?attributes=noSuchThing"), 200)
    answer = t.ok(t.get(query(target, attributes='emails[type eq "work"]')), 200)
    t.has(answer, "id", user["id"])


@case("7644 §3.4.2.5", "projection applies to each resource of a list")
def _(t):
    mine, _ = crowd(t, 2)
    for resource in page(t, mine, attributes="userName").at("Resources"):
        t.true("title" not in resource and "userName" in resource, f"got {sorted(resource)}")
    group = t.group(members=[t.user()["id"]])
    answer = t.find("/Groups", f'id eq "{group["id"]}"', excludedAttributes="members")
    t.true("members" not in answer.at("Resources/0"), "members are there")
