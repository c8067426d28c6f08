"""POST, GET, PUT and DELETE of single resources: RFC 7644 §3.3, §3.4.1, §3.5.1, §3.6."""

from client import ENTERPRISE, GROUP, USER, at
from suite import ABSENT, case

NOWHERE = "00000000-0000-4000-8000-000000000000"


@case("7644 §3.3", "POST answers 201 with Location, id, meta and the whole resource")
def _(t):
    body = t.user_body(displayName="Barbara", externalId="701984",
                       name={"familyName": "Jensen", "givenName": "Barbara"})
    answer = t.ok(t.post("/Users", body), 201)
    t.true(answer.at("id"), "no id")
    t.equal(answer.header("Location"), answer.at("meta/location"), "Location")
    t.equal(answer.at("meta/resourceType"), "User", "meta.resourceType")
    t.equal(answer.at("meta/created"), answer.at("meta/lastModified"), "lastModified")
    for path, value in (("userName", body["userName"]), ("displayName", "Barbara"),
                        ("externalId", "701984"), ("name/familyName", "Jensen")):
        t.has(answer, path, value)


@case("7643 §3.1", "meta.location is an absolute URL that leads to the resource")
def _(t):
    user = t.user()
    location = user["meta"]["location"]
    t.true(location.startswith("http"), f"not absolute: {location}")
    t.true(location.endswith(f"/Users/{user['id']}"), f"does not end in /Users/id: {location}")


@case("7643 §3.1", "id and meta of the client are ignored")
def _(t):
    body = t.user_body(id="chosen-by-the-client", meta={"resourceType": "Group", "version": "x"})
    answer = t.ok(t.post("/Users", body), 201)
    t.true(answer.at("id") != "chosen-by-the-client", "the client chose the id")
    t.has(answer, "meta/resourceType", "User")


@case("7644 §3.3", "a second POST of the same userName is 409 uniqueness")
def _(t):
    user = t.user()
    t.error(t.post("/Users", {"schemas": [USER], "userName": user["userName"]}), 409, "uniqueness")


@case("7643 §4.1.1", "userName is unique whatever its case")
def _(t):
    user = t.user()
    body = {"schemas": [USER], "userName": user["userName"].upper()}
    t.error(t.post("/Users", body), 409, "uniqueness")


@case("7644 §5", "userName is unique after Unicode preparation (full-width letters)")
def _(t):
    user = t.user()
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isalpha() else c
                   for c in user["userName"])
    t.error(t.post("/Users", {"schemas": [USER], "userName": wide}), 409, "uniqueness")


@case("7643 §4.1.1", "POST without userName, or with an empty one, is 400 invalidValue")
def _(t):
    t.error(t.post("/Users", {"schemas": [USER], "displayName": "No name"}), 400, "invalidValue")
    for empty in ("", None):
        t.error(t.post("/Users", {"schemas": [USER], "userName": empty}), 400, "invalidValue")


@case("7643 §4.2", "POST of a group without displayName is 400 invalidValue (erratum 5368)")
def _(t):
    t.error(t.post("/Groups", {"schemas": [GROUP], "members": []}), 400, "invalidValue")


@case("7644 §3.12", "values of the wrong type are 400 invalidValue")
def _(t):
    for attribute, value in (("displayName", 5), ("emails", [5]), ("name", "Barbara"),
                             ("active", "perhaps"), ("name", {"familyName": ["x"]}),
                             ("userName", {"value": "x"})):
        t.error(t.post("/Users", t.user_body() | {attribute: value}), 400,
                "invalidValue", "invalidSyntax")


@case("7643 §2.5", "null, [] and absence are the same: unassigned and not returned")
def _(t):
    answer = t.ok(t.post("/Users", t.user_body(title=None, emails=[], addresses=None,
                                               name={"familyName": "J", "middleName": None})), 201)
    for path in ("title", "emails", "addresses", "name/middleName"):
        t.has(answer, path, ABSENT)
    t.true(b"null" not in answer.body, "null in the answer")


@case("7643 §2.1", "attribute names in any case, in core, complex and extension")
def _(t):
    body = {"SCHEMAS": [USER, ENTERPRISE], "USERNAME": t.name(), "Name": {"GIVENNAME": "Bob"},
            "Emails": [{"Primary": True, "TYPE": "work", "Value": "bob@trace.example"}],
            ENTERPRISE.upper(): {"DEPARTMENT": "Tours"}}
    answer = t.ok(t.post("/Users", body), 201)
    t.has(answer, "name/givenName", "Bob")
    t.has(answer, "emails/0/primary", True)
    t.has(answer, f"{ENTERPRISE}/department", "Tours")
    t.true("userName" in answer.json, "names are not answered as the schema writes them")


@case("7643 §7", "password is never returned")
def _(t):
    body = t.user_body(password="t1meMa$heen")
    created = t.ok(t.post("/Users", body), 201)
    target = f"/Users/{created.at('id')}"
    for answer in (created, t.get(target), t.get(target + "?attributes=password"),
                   t.put(target, body)):
        t.true("password" not in answer.json and b"t1meMa" not in answer.body,
               f"password in {answer}")


@case("7643 §4.1.1", "active is true unless said otherwise")
def _(t):
    t.equal(t.user().get("active"), True, "active")
    t.equal(t.user(active=False).get("active"), False, "active")


@case("7643 §2.4", "at most one value of an attribute is primary")
def _(t):
    body = t.user_body(emails=[{"value": "a@trace.example", "primary": True},
                               {"value": "b@trace.example", "primary": True}])
    answer = t.post("/Users", body)
    if answer.status == 201:
        primaries = [e for e in answer.at("emails") if at(e, "primary")]
        t.equal(len(primaries), 1, "primary e-mails")
    else:
        t.error(answer, 400, "invalidValue")


@case("7643 §3", "the enterprise extension is stored and named in schemas")
def _(t):
    user = t.user(**{ENTERPRISE: {"employeeNumber": "701984", "manager": {"value": "26118915"}}})
    t.equal(sorted(user["schemas"]), sorted([USER, ENTERPRISE]), "schemas")
    t.equal(user[ENTERPRISE]["employeeNumber"], "701984", "employeeNumber")
    t.equal(at(user[ENTERPRISE], "manager/value"), "26118915", "manager.value")


@case("7644 §3.4.1", "GET answers the resource; an unknown id of any form is 404")
def _(t):
    user = t.user()
    answer = t.ok(t.get(f"/Users/{user['id']}"), 200)
    t.has(answer, "userName", user["userName"])
    for unknown in (NOWHERE, "1", "not-a-uuid", "%F0%9F%98%80", "a" * 500):
        t.error(t.get(f"/Users/{unknown}"), 404)
    t.error(t.get(f"/Groups/{user['id']}"), 404)


@case("7644 §3.5.1", "PUT replaces: what is given is set, what is left out is cleared")
def _(t):
    user = t.user(title="Guide", nickName="Babs", emails=[{"value": "a@trace.example"}],
                  **{ENTERPRISE: {"department": "Tours"}})
    body = {"schemas": [USER], "userName": user["userName"], "title": "Chief"}
    answer = t.ok(t.put(f"/Users/{user['id']}", body), 200)
    t.has(answer, "title", "Chief")
    for path in ("nickName", "emails", ENTERPRISE):
        t.has(answer, path, ABSENT)
    t.has(answer, "schemas", [USER])
    again = t.get(f"/Users/{user['id']}")
    t.has(again, "nickName", ABSENT)


@case("7644 §3.5.1", "PUT ignores readOnly attributes that differ: id, meta, groups")
def _(t):
    user = t.user()
    group = t.group(members=[user["id"]])
    body = {"schemas": [USER], "userName": user["userName"], "id": "another",
            "groups": [{"value": "none"}], "meta": {"created": "2001-01-01T00:00:00Z"}}
    answer = t.ok(t.put(f"/Users/{user['id']}", body), 200)
    t.has(answer, "id", user["id"])
    t.has(answer, "meta/created", user["meta"]["created"])
    t.equal(t.members(group["id"]), [user["id"]], "members")


@case("7644 §3.5.1", "PUT of the body that GET answered changes nothing")
def _(t):
    user = t.user(name={"familyName": "J"}, emails=[{"value": "a@trace.example", "type": "work"}])
    before = t.get(f"/Users/{user['id']}")
    t.ok(t.put(f"/Users/{user['id']}", before.json), 200)
    after = t.get(f"/Users/{user['id']}").json
    drop = lambda r: {k: v for k, v in r.items() if k != "meta"}
    t.equal(drop(after), drop(before.json), "the resource")


@case("7644 §3.5.1", "PUT does not create; a taken userName is 409; userName is required")
def _(t):
    one, two = t.user(), t.user()
    t.error(t.put(f"/Users/{NOWHERE}", t.user_body()), 404)
    body = {"schemas": [USER], "userName": one["userName"]}
    t.error(t.put(f"/Users/{two['id']}", body), 409, "uniqueness")
    t.error(t.put(f"/Users/{two['id']}", {"schemas": [USER]}), 400, "invalidValue")
    t.has(t.get(f"/Users/{two['id']}"), "userName", two["userName"])


@case("7644 §3.5.1", "PUT may change only the case of the own userName")
def _(t):
    user = t.user()
    body = {"schemas": [USER], "userName": user["userName"].upper()}
    t.has(t.ok(t.put(f"/Users/{user['id']}", body), 200), "userName", user["userName"].upper())


@case("7644 §3.5.1", "PUT of a group replaces its members")
def _(t):
    a, b, c = (t.user()["id"] for _ in range(3))
    group = t.group(members=[a, b])
    body = {"schemas": [GROUP], "displayName": group["displayName"],
            "members": [{"value": b}, {"value": c}]}
    t.ok(t.put(f"/Groups/{group['id']}", body), 200)
    t.equal(t.members(group["id"]), sorted([b, c]), "members")


@case("7644 §3.6", "DELETE answers 204 without a body; every operation is then 404")
def _(t):
    user = t.user()
    target = f"/Users/{user['id']}"
    answer = t.ok(t.delete(target), 204)
    t.equal(answer.body, b"", "body")
    t.error(t.get(target), 404)
    t.error(t.delete(target), 404)
    t.error(t.put(target, t.user_body()), 404)
    t.error(t.patch(target, {"op": "replace", "path": "title", "value": "x"}), 404)
    t.equal(t.ids(t.find("/Users", f'userName eq "{user["userName"]}"')), [], "found")


@case("7644 §3.6", "a deleted userName is free again, under a new id")
def _(t):
    user = t.user()
    t.ok(t.delete(f"/Users/{user['id']}"), 204)
    again = t.ok(t.post("/Users", {"schemas": [USER], "userName": user["userName"]}), 201)
    t.true(again.at("id") != user["id"], "the id was used again")


@case("7643 §4.2", "a deleted user is no member any more")
def _(t):
    a, b = t.user(), t.user()
    group = t.group(members=[a["id"], b["id"]])
    t.ok(t.delete(f"/Users/{a['id']}"), 204)
    t.equal(t.members(group["id"]), [b["id"]], "members")


@case("7643 §4.1.2", "User.groups names the group by id, $ref and display")
def _(t):
    user = t.user()
    group = t.group(members=[user["id"]])
    answer = t.get(f"/Users/{user['id']}")
    t.has(answer, "groups/0/value", group["id"])
    t.true((answer.at("groups/0/$ref") or "").endswith(f"/Groups/{group['id']}"),
           f"groups.$ref {answer.at('groups/0/$ref')!r}")
    t.has(answer, "groups/0/display", group["displayName"])


@case("7643 §4.2", "members name the user by id and $ref")
def _(t):
    user = t.user()
    group = t.group(members=[user["id"]])
    answer = t.get(f"/Groups/{group['id']}")
    t.has(answer, "members/0/value", user["id"])
    t.true((answer.at("members/0/$ref") or "").endswith(f"/Users/{user['id']}"), "members.$ref")


@case("7643 §4.2", "a member that does not exist is refused")
def _(t):
    body = {"schemas": [GROUP], "displayName": t.name("group"), "members": [{"value": NOWHERE}]}
    t.error(t.post("/Groups", body), 400, "invalidValue")


@case("7643 §3.1", "externalId is kept as sent and needs not be unique")
def _(t):
    external = t.name("External")
    one, two = t.user(externalId=external), t.user(externalId=external)
    t.equal((one["externalId"], two["externalId"]), (external, external), "externalId")


@case("7644 §3.9", "attributes and excludedAttributes apply to answers of POST and PUT")
def _(t):
    body = t.user_body(title="Guide")
    created = t.ok(t.post("/Users?attributes=title", body), 201)
    t.has(created, "title", "Guide")
    t.has(created, "userName", ABSENT)
    put = t.ok(t.put(f"/Users/{created.at('id')}?excludedAttributes=title", body), 200)
    t.has(put, "title", ABSENT)
    t.has(put, "userName", body["userName"])


@case("7643 §2.3", "text comes back as it was sent: Unicode, escapes, spaces")
def _(t):
    text = " Zoë  “quoted” \\ / \t \u2028 😀 <b>&amp;</b> "
    user = t.user(displayName=text)
    t.equal(t.get(f"/Users/{user['id']}").at("displayName"), text, "displayName")


@case("7643 §2.3.5", "dates with offset and fraction, binary and references are accepted")
def _(t):
    t.user(profileUrl="https://login.example.com/bjensen", timezone="America/Los_Angeles",
           photos=[{"value": "https://photos.example.com/p/1", "type": "photo"}],
           addresses=[{"type": "work", "country": "Sierra Leone"}], locale="en-US",
           preferredLanguage="en-US")
