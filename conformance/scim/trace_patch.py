"""PATCH of users: every row of RFC 7644 §3.5.2, as a table."""

from client import ENTERPRISE, PATCH, USER
from suite import ABSENT, case

WORK = {"value": "work@trace.example", "type": "work"}
HOME = {"value": "home@trace.example", "type": "home"}
DEPARTMENT = f"{ENTERPRISE}:department"


def op(op, path=None, value=ABSENT):
    operation = {"op": op}
    if path is not None:
        operation["path"] = path
    if value is not ABSENT:
        operation["value"] = value
    return operation


class Error:
    def __init__(self, status, *scim_types):
        self.status, self.scim_types = status, scim_types


# section, name, the user before, operations, the user after {path: value} or Error
ROWS = [
    ("7644 §3.5.2.1", "add without path merges, appends and replaces",
     {"title": "Guide", "name": {"familyName": "J"}, "emails": [WORK]},
     [op("add", value={"title": "Chief", "name": {"givenName": "B"}, "emails": [HOME]})],
     {"title": "Chief", "name": {"familyName": "J", "givenName": "B"}, "emails": [WORK, HOME]}),
    ("7644 §3.5.2.1", "add to a simple attribute replaces it", {"title": "Guide"},
     [op("add", "title", "Chief")], {"title": "Chief"}),
    ("7644 §3.5.2.1", "add to a complex attribute merges", {"name": {"familyName": "J"}},
     [op("add", "name", {"givenName": "B"})], {"name": {"familyName": "J", "givenName": "B"}}),
    ("7644 §3.5.2.1", "add to a sub-attribute", {}, [op("add", "name.givenName", "B")],
     {"name": {"givenName": "B"}}),
    ("7644 §3.5.2.1", "add appends to a multi-valued attribute", {"emails": [WORK]},
     [op("add", "emails", [HOME])], {"emails": [WORK, HOME]}),
    ("practice", "add takes an object where the array belongs", {"emails": [WORK]},
     [op("add", "emails", HOME)], {"emails": [WORK, HOME]}),
    ("7644 §3.5.2.1", "add of a value that is there adds nothing", {"emails": [WORK]},
     [op("add", "emails", [WORK])], {"emails": [WORK]}),
    ("7644 §3.5.2.1", "add through a filter sets all matches", {"emails": [WORK, HOME]},
     [op("add", 'emails[value co "trace"].display', "D")],
     {"emails/0/display": "D", "emails/1/display": "D"}),
    ("Entra", "add through an eq filter without a match creates the value", {},
     [op("Add", 'emails[type eq "work"].value', WORK["value"])], {"emails": [WORK]}),
    ("Entra", "add through a filter on primary creates a primary value", {},
     [op("Add", 'roles[primary eq "True"].value', "admin")],
     {"roles": [{"value": "admin", "primary": True}]}),
    ("7644 §3.5.2.1", "add without value", {}, [op("add", "title")], Error(400, "invalidValue")),
    ("7644 §3.5.2.1", "add without path and with a value that is no object", {},
     [op("add", value="x")], Error(400, "invalidValue", "invalidSyntax")),
    ("7644 §3.5.2.2", "remove without path", {}, [op("remove")], Error(400, "noTarget")),
    ("7644 §3.5.2.2", "remove of a single attribute", {"title": "Guide"}, [op("remove", "title")],
     {"title": ABSENT}),
    ("7644 §3.5.2.2", "remove of a multi-valued attribute", {"emails": [WORK, HOME]},
     [op("remove", "emails")], {"emails": ABSENT}),
    ("7644 §3.5.2.2", "remove of a sub-attribute", {"name": {"familyName": "J", "givenName": "B"}},
     [op("remove", "name.givenName")], {"name": {"familyName": "J"}}),
    ("7644 §3.5.2.2", "remove through a filter", {"emails": [WORK, HOME]},
     [op("remove", 'emails[type eq "work"]')], {"emails": [HOME]}),
    ("7644 §3.5.2.2", "removing the last value unassigns the attribute", {"emails": [WORK]},
     [op("remove", 'emails[type eq "work"]')], {"emails": ABSENT}),
    ("7644 §3.5.2.2", "remove of a sub-attribute through a filter",
     {"emails": [WORK | {"display": "D"}, HOME]},
     [op("remove", 'emails[type eq "work"].display')], {"emails": [WORK, HOME]}),
    ("7644 §3.5.2.2", "remove through a filter that matches nothing", {"emails": [HOME]},
     [op("remove", 'emails[type eq "work"]')], Error(400, "noTarget")),
    ("7644 §3.5.2.2", "remove of what is required", {}, [op("remove", "userName")],
     Error(400, "mutability", "invalidValue")),
    ("7644 §3.5.2.2", "remove of what is readOnly", {}, [op("remove", "id")],
     Error(400, "mutability")),
    ("Entra", "remove with a value array removes these values only", {"emails": [WORK, HOME]},
     [op("Remove", "emails", [{"value": WORK["value"]}])], {"emails": [HOME]}),
    ("7644 §3.5.2.3", "replace without path leaves the unnamed alone",
     {"title": "Guide", "nickName": "Babs"}, [op("replace", value={"title": "Chief"})],
     {"title": "Chief", "nickName": "Babs"}),
    ("7644 §3.5.2.3", "replace of a complex attribute keeps unnamed sub-attributes",
     {"name": {"familyName": "J", "givenName": "B"}}, [op("replace", "name", {"givenName": "C"})],
     {"name": {"familyName": "J", "givenName": "C"}}),
    ("7644 §3.5.2.3", "replace of a multi-valued attribute replaces the list", {"emails": [WORK]},
     [op("replace", "emails", [HOME])], {"emails": [HOME]}),
    ("7643 §2.5", "replace by null or [] clears", {"emails": [WORK], "title": "Guide"},
     [op("replace", "emails", []), op("replace", "title", None)],
     {"emails": ABSENT, "title": ABSENT}),
    ("7644 §3.5.2.3", "replace of what is not there adds it", {},
     [op("replace", "title", "Chief"), op("replace", "emails", [WORK])],
     {"title": "Chief", "emails": [WORK]}),
    ("7644 §3.5.2.3", "replace through a filter replaces the matching values",
     {"emails": [WORK, HOME]},
     [op("replace", 'emails[type eq "work"]', {"value": "n@trace.example", "type": "other"})],
     {"emails/type=home/value": HOME["value"], "emails/type=other/value": "n@trace.example",
      "emails/2": ABSENT}),
    ("7644 §3.5.2.3", "replace of a sub-attribute through a filter, in all matches",
     {"emails": [WORK, HOME]}, [op("replace", 'emails[value co "trace"].display', "D")],
     {"emails/0/display": "D", "emails/1/display": "D", "emails/0/type": "work"}),
    ("7644 §3.5.2.3", "replace through a filter that matches nothing", {"emails": [HOME]},
     [op("replace", 'emails[type eq "work"]', WORK)], Error(400, "noTarget")),
    ("7644 §3.5.2.3", "replace of a sub-attribute through a filter other than eq, no match",
     {"emails": [HOME]}, [op("replace", 'emails[value co "nothing"].display', "x")],
     Error(400, "noTarget")),
    ("Entra", "replace of a sub-attribute through an eq filter creates the value",
     {"emails": [HOME]}, [op("Replace", 'emails[type eq "work"].value', WORK["value"])],
     {"emails": [HOME, WORK]}),
    ("7644 §3.5.2", "operations build on one another", {},
     [op("add", "emails", [WORK]), op("replace", 'emails[type eq "work"].value', "x@y.example"),
      op("remove", "title"), op("add", "title", "Chief")],
     {"emails/0/value": "x@y.example", "title": "Chief"}),
    ("7644 §3.5.2", "op and path in any case", {"title": "Guide"},
     [op("REPLACE", "TITLE", "Chief"), op("Add", "Name.GivenName", "B")],
     {"title": "Chief", "name/givenName": "B"}),
    ("7644 §3.10", "paths with the URN of core and extension", {},
     [op("replace", f"{USER}:title", "Chief"), op("add", DEPARTMENT, "Tours"),
      op("add", f"{USER}:name.givenName", "B")],
     {"title": "Chief", f"{ENTERPRISE}/department": "Tours", "name/givenName": "B",
      "schemas/1": ENTERPRISE}),
    ("7644 §3.5.2", "a value for the extension as a whole", {},
     [op("add", ENTERPRISE, {"department": "Tours"}),
      op("add", value={ENTERPRISE: {"division": "Theme"}})],
     {f"{ENTERPRISE}/department": "Tours", f"{ENTERPRISE}/division": "Theme"}),
    ("7643 §3", "an extension that lost its last attribute leaves schemas",
     {ENTERPRISE: {"department": "Tours"}}, [op("remove", DEPARTMENT)],
     {ENTERPRISE: ABSENT, "schemas": [USER]}),
    ("7644 §3.5.2", "primary:true makes the others not primary",
     {"emails": [WORK | {"primary": True}, HOME]},
     [op("replace", 'emails[type eq "home"].primary', True)],
     {"emails/type=home/primary": True, "emails/type=work/primary": (False, None)}),
    ("7644 §3.5.2", "a new primary value takes the place of the old",
     {"emails": [WORK | {"primary": True}]}, [op("add", "emails", [HOME | {"primary": True}])],
     {"emails/type=home/primary": True, "emails/type=work/primary": (False, None)}),
    ("Entra", "booleans as strings", {}, [op("Replace", "active", "False")], {"active": False}),
    ("Entra", "booleans as strings, back", {"active": False}, [op("Replace", "active", "True")],
     {"active": True}),
    ("Entra flags", "dotted and URN keys without a path",
     {"name": {"familyName": "J"}},
     [op("replace", value={"displayName": "D", "name.givenName": "B", DEPARTMENT: "Tours"})],
     {"displayName": "D", "name": {"familyName": "J", "givenName": "B"},
      f"{ENTERPRISE}/department": "Tours"}),
    ("Okta", "the readOnly id without a path is ignored", {"title": "Guide"},
     [op("replace", value={"id": "anything", "title": "Chief"})], {"title": "Chief"}),
    ("7644 §3.5.2", "a pathed readOnly attribute", {}, [op("replace", "id", "x")],
     Error(400, "mutability")),
    ("7644 §3.5.2", "meta by path", {}, [op("replace", "meta.created", "2001-01-01T00:00:00Z")],
     Error(400, "mutability")),
    ("7643 §4.1.2", "groups by path", {}, [op("add", "groups", [{"value": "x"}])],
     Error(400, "mutability")),
    ("7644 §3.12", "a path beyond the sub-attributes", {}, [op("replace", "name.givenName.x", "x")],
     Error(400, "invalidPath")),
    ("7644 §3.12", "broken paths", {}, [op("replace", 'emails[type eq "work".value', "x")],
     Error(400, "invalidPath", "invalidFilter")),
    ("7644 §3.12", "an index in a path", {"emails": [WORK]},
     [op("replace", "emails[0].value", "x")], Error(400, "invalidPath", "invalidFilter")),
    ("7644 §3.12", "a value of the wrong type", {}, [op("replace", "name", "Barbara")],
     Error(400, "invalidValue")),
    ("7644 §3.12", "a number for a text", {}, [op("replace", "title", 5)],
     Error(400, "invalidValue")),
    ("7644 §3.5.2", "an unknown op", {}, [op("move", "title", "x")], Error(400, "invalidSyntax")),
    ("7644 §3.5.2", "an operation without op", {}, [{"path": "title", "value": "x"}],
     Error(400, "invalidSyntax")),
    ("7644 §3.5.2", "no operations", {}, [], Error(400, "invalidSyntax", "invalidValue")),
    ("7644 §3.5.2", "a required attribute set to nothing", {}, [op("replace", "userName", "")],
     Error(400, "invalidValue", "mutability")),
    ("7644 §3.5.2", "all or nothing: a failing operation undoes those before",
     {"title": "Guide"}, [op("replace", "title", "Chief"), op("replace", "id", "x")],
     Error(400, "mutability")),
]


def matches(got, wanted):
    if wanted is ABSENT:
        return got is None or got == []
    if isinstance(wanted, tuple):
        return got in wanted
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(got.get(k) == v for k, v in wanted.items())
    if isinstance(wanted, list) and isinstance(got, list) and len(got) == len(wanted):
        return all(matches(g, w) for g, w in zip(got, wanted))
    return type(got) is type(wanted) and got == wanted


def play(t, before, operations, after):
    user = t.user(**before)
    target = f"/Users/{user['id']}"
    answer = t.patch(target, *operations)
    stored = t.ok(t.get(target), 200)
    if isinstance(after, Error):
        t.error(answer, after.status, *after.scim_types)
        t.equal(stored.json, user, "the resource after a refused PATCH")
        return
    t.ok(answer, 200, 204)
    for path, wanted in after.items():
        got = stored.at(path)
        t.true(matches(got, wanted), f"{path}: wanted {wanted!r}, got {got!r}")


for section, name, before, operations, after in ROWS:
    outcome = f"{name}: {after.status}" if isinstance(after, Error) else name
    case(section, f"PATCH {outcome}")(
        lambda t, b=before, o=operations, a=after: play(t, b, o, a))


@case("7644 §3.5.2", "PATCH of a user answers 200 with the body when attributes are asked for")
def _(t):
    user = t.user(nickName="Babs")
    target = f"/Users/{user['id']}?attributes=title"
    answer = t.ok(t.patch(target, op("replace", "title", "Chief")), 200)
    t.has(answer, "title", "Chief")
    t.has(answer, "nickName", ABSENT)


@case("7644 §3.5.2.1", "a PATCH that changes nothing leaves version and lastModified alone")
def _(t):
    user = t.user(emails=[WORK], title="Guide")
    target = f"/Users/{user['id']}"
    before = t.get(target)
    t.ok(t.patch(target, op("add", "emails", [WORK]), op("replace", "title", "Guide")), 200, 204)
    after = t.get(target)
    t.equal(after.at("meta"), before.at("meta"), "meta")
    t.equal(after.header("ETag"), before.header("ETag"), "ETag")


@case("7644 §3.12", "a PATCH path to an unknown attribute: 400 invalidPath, or nothing happens")
def _(t):
    user = t.user()
    answer = t.patch(f"/Users/{user['id']}", op("replace", "noSuchThing", "x"))
    if answer.status not in (200, 204):
        t.error(answer, 400, "invalidPath")
    t.equal(t.get(f"/Users/{user['id']}").json, user, "the resource")


@case("7644 §3.5.2", "a PATCH to a userName that is taken is 409 uniqueness")
def _(t):
    one, two = t.user(), t.user()
    answer = t.patch(f"/Users/{two['id']}", op("replace", "userName", one["userName"].upper()))
    t.error(answer, 409, "uniqueness")


@case("practice", "a PATCH without schemas is understood")
def _(t):
    user = t.user()
    body = {"Operations": [op("replace", "title", "Chief")]}
    t.ok(t.send("PATCH", f"/Users/{user['id']}", body), 200, 204)


@case("7644 §3.12", "a PATCH whose body is no PatchOp is 400")
def _(t):
    target = f"/Users/{t.user()['id']}"
    for body in ({"schemas": [PATCH]}, {"schemas": [PATCH], "Operations": {}}, [], "x",
                 {"schemas": [PATCH], "Operations": ["remove"]}):
        t.error(t.send("PATCH", target, body), 400, "invalidSyntax", "invalidValue")


@case("Entra", "manager without its URN, in paths and filters")
def _(t):
    boss, user = t.user()["id"], t.user()["id"]
    target = f"/Users/{user}"
    question = f'id eq "{user}" and manager eq "{boss}"'
    t.ok(t.patch(target, op("Add", "manager", boss)), 200, 204)
    t.has(t.get(target), f"{ENTERPRISE}/manager/value", boss)
    t.equal(t.ids(t.find("/Users", question, attributes="id")), [user], question)
    t.ok(t.patch(target, op("Replace", "manager", {"value": ""})), 200, 204)
    t.has(t.get(target), f"{ENTERPRISE}/manager", ABSENT)
    t.equal(t.ids(t.find("/Users", question, attributes="id")), [], question)


@case("7643 §4.1.1", "a PATCH of the password is kept secret")
def _(t):
    user = t.user()
    change = op("replace", "password", "Xk4!pm90qz")
    answer = t.ok(t.patch(f"/Users/{user['id']}", change), 200, 204)
    t.true(b"Xk4!" not in answer.body, "the password is in the answer")
