"""Media types, methods, authentication, ETags, errors, discovery: RFC 7644 §2, §3.8, §3.12, §4."""

import json

from client import ENTERPRISE, ERROR, GROUP, LIST, SCIM_JSON, USER, Client
from suite import case
from trace_patch import op


@case("7644 §3.8", "answers are application/scim+json, errors too")
def _(t):
    for answer in (t.get("/Users?count=1"), t.get("/Users/none"), t.get("/ServiceProviderConfig"),
                   t.send("GET", "/Users?count=1", headers={"Accept": None}),
                   t.send("GET", "/Users?count=1", headers={"Accept": "*/*"})):
        kind = (answer.header("Content-Type") or "").split(";")[0].strip()
        t.equal(kind, SCIM_JSON, "Content-Type")


@case("7644 §3.8", "Accept: application/json is obeyed or answered as scim+json")
def _(t):
    answer = t.ok(t.get("/Users?count=1", headers={"Accept": "application/json"}), 200)
    t.true("json" in answer.header("Content-Type"), answer.header("Content-Type"))


@case("7644 §3.8", "a foreign Accept is 406")
def _(t):
    t.error(t.get("/Users?count=1", headers={"Accept": "text/html"}), 406)


@case("7644 §3.8", "requests may be application/json, with or without charset")
def _(t):
    for kind in ("application/json", "application/json; charset=utf-8",
                 "application/scim+json;charset=UTF-8", "Application/SCIM+JSON"):
        t.ok(t.post("/Users", t.user_body(), headers={"Content-Type": kind}), 201)


@case("7644 §3.8", "a foreign Content-Type is 415")
def _(t):
    for kind in ("application/xml", "text/plain"):
        t.error(t.post("/Users", t.user_body(), headers={"Content-Type": kind}), 415)


@case("7644 §2", "no, wrong and malformed credentials are 401 with WWW-Authenticate")
def _(t):
    for value in (None, "non-token", "Bearer", "Bearer wrong", "Basic dXNlcjpwYXNz",
                  f"Bearer {t.client.token}x"):
        answer = t.error(t.get("/Users", headers={"Authorization": value}), 401)
        t.true(answer.header("WWW-Authenticate"), f"no WWW-Authenticate for {value!r}")


@case("RFC 9110 §11.1", "the scheme Bearer in any case")
def _(t):
    t.ok(t.get("/Users?count=1", headers={"Authorization": f"bearer {t.client.token}"}), 200)


@case("7644 §4", "ServiceProviderConfig is readable without credentials")
def _(t):
    t.ok(t.get("/ServiceProviderConfig", headers={"Authorization": None}), 200)


@case("7643 §5", "ServiceProviderConfig has every required member")
def _(t):
    answer = t.ok(t.get("/ServiceProviderConfig"), 200)
    for name in ("patch", "bulk", "filter", "changePassword", "sort", "etag"):
        t.true(isinstance(answer.at(f"{name}/supported"), bool), f"{name}.supported")
    for path in ("bulk/maxOperations", "bulk/maxPayloadSize", "filter/maxResults"):
        t.true(type(answer.at(path)) is int, f"{path} is {answer.at(path)!r}")
    for scheme in answer.at("authenticationSchemes"):
        t.true(scheme["type"] in ("oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"),
               f"type {scheme['type']!r}")
        t.true(scheme["name"] and scheme["description"], "name and description")
    t.has(answer, "meta/resourceType", "ServiceProviderConfig")


@case("7643 §6", "ResourceTypes lists User and Group, each readable by name")
def _(t):
    answer = t.ok(t.get("/ResourceTypes"), 200)
    t.has(answer, "schemas", [LIST])
    for name, endpoint, schema in (("User", "/Users", USER), ("Group", "/Groups", GROUP)):
        t.has(answer, f"Resources/name={name}/endpoint", endpoint)
        one = t.ok(t.get(f"/ResourceTypes/{name}"), 200)
        t.has(one, "schema", schema)
        t.has(one, "meta/resourceType", "ResourceType")
    t.has(answer, "Resources/name=User/schemaExtensions/0/schema", ENTERPRISE)
    t.error(t.get("/ResourceTypes/Nothing"), 404)


@case("7643 §7", "Schemas lists what resources have, and no message schemas")
def _(t):
    answer = t.ok(t.get("/Schemas"), 200)
    ids = t.ids(answer)
    t.true({USER, GROUP, ENTERPRISE} <= set(ids), f"got {ids}")
    t.true(not [urn for urn in ids if ":api:" in urn], f"message schemas in {ids}")
    t.has(answer, "totalResults", len(ids))
    t.true(b":null" not in answer.body.replace(b" ", b""), "null in the schemas")
    for urn in ids:
        t.has(t.ok(t.get(f"/Schemas/{urn}"), 200), "id", urn)
    t.ok(t.get(f"/Schemas/{USER.upper()}"), 200)
    t.error(t.get("/Schemas/urn:none"), 404)


@case("7643 §7", "every attribute states its characteristics, in camel case")
def _(t):
    wrong = []

    def visit(attribute, path):
        for name in ("name", "type", "multiValued", "mutability", "returned"):
            if name not in attribute:
                wrong.append(f"{path} has no {name}")
        if attribute.get("mutability") not in ("readOnly", "readWrite", "immutable", "writeOnly"):
            wrong.append(f"{path} mutability {attribute.get('mutability')!r}")
        for sub in attribute.get("subAttributes", []):
            visit(sub, f"{path}.{sub.get('name')}")

    for schema in t.get("/Schemas").at("Resources"):
        for attribute in schema["attributes"]:
            visit(attribute, f"{schema['id']}:{attribute.get('name')}")
    t.true(not wrong, "; ".join(wrong[:10]))


@case("7644 §4", "a filter on discovery endpoints is 403")
def _(t):
    for target in ("/Schemas", "/ResourceTypes", "/ServiceProviderConfig"):
        t.error(t.get(f'{target}?filter=name%20eq%20%22x%22'), 403)


@case("RFC 9110 §15.5.6", "methods that a path does not have are 405 with Allow")
def _(t):
    for method, target in (("PUT", "/Users"), ("DELETE", "/Users"), ("PATCH", "/Groups"),
                           ("POST", "/Users/x"), ("POST", "/Schemas"),
                           ("DELETE", "/ServiceProviderConfig"), ("PUT", "/ResourceTypes/User")):
        answer = t.error(t.send(method, target), 405)
        t.true("GET" in (answer.header("Allow") or ""), f"Allow {answer.header('Allow')!r}")


@case("RFC 9110 §9.3.7", "OPTIONS answers what a path allows")
def _(t):
    for target, method in (("/Users", "POST"), ("/Users/x", "PATCH"), ("/Schemas", "GET")):
        answer = t.ok(t.send("OPTIONS", target), 200, 204)
        t.true(method in (answer.header("Allow") or ""), f"Allow {answer.header('Allow')!r}")


@case("RFC 9110 §9.3.2", "HEAD answers like GET, without a body")
def _(t):
    user = t.user()
    for target in (f"/Users/{user['id']}", "/ServiceProviderConfig", "/Schemas"):
        get, head = t.get(target), t.ok(t.send("HEAD", target), 200)
        t.equal(head.body, b"", "body")
        t.equal(head.header("Content-Type"), get.header("Content-Type"), "Content-Type")
        t.equal(head.header("ETag"), get.header("ETag"), "ETag")
    t.ok(t.send("HEAD", "/Users/none"), 404)


@case("7644 §3.12", "an unknown endpoint is 404 with a SCIM error")
def _(t):
    for target in ("/Nothing", "/Users/a/b", "/Schemas/a/b"):
        t.error(t.get(target), 404)


@case("practice", "empty path segments do no harm: //Users and /Users/")
def _(t):
    for target in ("//Users?count=1", "/Users/?count=1"):
        t.ok(t.get(target), 200)


@case("7644 §3.14", "meta.version is the ETag, and changes with the resource")
def _(t):
    created = t.ok(t.post("/Users", t.user_body()), 201)
    target = f"/Users/{created.at('id')}"
    got = t.get(target)
    t.true(got.header("ETag"), "no ETag")
    t.equal(got.header("ETag"), got.at("meta/version"), "meta.version")
    t.equal(created.at("meta/version"), got.at("meta/version"), "version after POST")
    t.ok(t.patch(target, op("replace", "title", "Chief")), 200, 204)
    t.true(t.get(target).header("ETag") != got.header("ETag"), "the ETag did not change")


@case("7644 §3.14", "If-None-Match: 304 without a body; lists, * and weak tags count")
def _(t):
    target = f"/Users/{t.user()['id']}"
    tag = t.get(target).header("ETag")
    for value in (tag, f'"other", {tag}', "*", f"W/{tag}" if not tag.startswith("W/") else tag):
        answer = t.ok(t.get(target, headers={"If-None-Match": value}), 304)
        t.equal(answer.body, b"", "body")
    t.ok(t.get(target, headers={"If-None-Match": '"other"'}), 200)


@case("7644 §3.14", "If-Match guards PUT, PATCH and DELETE with 412")
def _(t):
    user = t.user()
    target = f"/Users/{user['id']}"
    tag = t.get(target).header("ETag")
    stale = {"If-Match": 'W/"0-stale"'}
    body = {"schemas": [USER], "userName": user["userName"]}
    change = op("replace", "title", "Chief")
    t.error(t.patch(target, change, headers=stale), 412)
    t.error(t.put(target, body, headers=stale), 412)
    t.error(t.delete(target, headers=stale), 412)
    t.ok(t.patch(target, change, headers={"If-Match": f'"x", {tag}'}), 200, 204)
    t.error(t.patch(target, change, headers={"If-Match": tag}), 412)
    t.ok(t.put(target, body, headers={"If-Match": "*"}), 200)
    t.ok(t.delete(target, headers={"If-Match": t.get(target).header("ETag")}), 204)


@case("7644 §3.12", "malformed JSON is 400 invalidSyntax, and so is what is no object")
def _(t):
    for raw in (b"", b"{", b"null", b"[]", b'"x"', b"{} {}", b'{"userName": "x",}', b"{'userName': 'x'}",
                b"\xef\xbb\xbf{}x", b'{"userName": NaN}'):
        answer = t.send("POST", "/Users", raw=raw, headers={"Content-Type": SCIM_JSON})
        t.error(answer, 400, "invalidSyntax")


@case("7643 §3", "schemas: their order is free, foreign ones are dropped")
def _(t):
    name = t.name()
    t.ok(t.post("/Users", {"schemas": [ENTERPRISE, USER], "userName": name}), 201)
    answer = t.ok(t.post("/Users", {"schemas": [USER, "urn:example:unknown"],
                                    "userName": t.name()}), 201)
    t.has(answer, "schemas", [USER])


@case("7644 §3.12", "an error's detail says what is wrong")
def _(t):
    answer = t.error(t.post("/Users", {"schemas": [USER], "displayName": "x"}), 400)
    t.true("userName" in answer.at("detail"), f"detail {answer.at('detail')!r}")
    answer = t.error(t.find("/Users", "title zz 4"), 400)
    t.true(len(answer.at("detail")) > 10, f"detail {answer.at('detail')!r}")


@case("Entra", "a client without User-Agent is served")
def _(t):
    t.ok(t.get("/Users?count=1", headers={"User-Agent": None}), 200)


@case("practice", "X-Request-Id comes back")
def _(t):
    answer = t.get("/Users?count=1", headers={"X-Request-Id": "trace-1"})
    t.equal(answer.header("X-Request-Id"), "trace-1", "X-Request-Id")


@case("7644 §6", "a token of another scheme or organisation sees nothing: 401 or 404")
def _(t):
    stranger = Client(t.client.base_url, "stranger")
    answer = stranger.send("GET", "/Users")
    t.true(answer.status in (401, 404) and json.loads(answer.body)["schemas"] == [ERROR],
           f"got {answer}")
    stranger.close()
