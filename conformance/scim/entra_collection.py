#!/usr/bin/python3
"""Microsoft's SCIM reference tests (AzureAD/SCIMReferenceCode, PostmanCollection.json), translated.

Same requests, order and assertions. Names carry the run's number and totals count from what was
there before, so that any directory will do; the token is an argument instead of a request to
/Token. `entra_postman/run` runs the original."""

import sys
import uuid

from client import ENTERPRISE, GROUP, PATCH, USER
from script import play
from suite import Table, arguments, client_of

CREATED, FOUND = ["status", 201], ["status", 200]
DELETED, REFUSED = ["status", 204], ["status", 400]
CONFLICT = [["status", 409], ["text", "detail"]]

# Where Rollcall answers otherwise on purpose: what it answers instead, and why.
STATUS_200 = [["status", 200]], "RFC 7644 §3.5.2: 200 and the body, which the validator reads"
NO_SUCH_USER = [["status", 400]], "RFC 7643 §4.2: a member is a resource, and none has this id"
NO_SUCH_NAME = [["text", "{{id4}}"]], "members have no displayName (RFC 7643 §8.7.1)"
NO_SUCH_PATH = [["status", 404]], "the endpoint of RFC 7644 §4 is /ServiceProviderConfig"


def step(name, method, target, *expect, body=None, keep=None, reason=None, raw=None):
    step = {"name": name, "method": method, "target": target, "body": body, "expect": list(expect),
            "keep": keep or {}, "headers": {"Content-Type": "application/json"}}
    if reason:
        step |= {"instead": reason[0], "reason": reason[1]}
    return step | ({"raw": raw} if raw else {})


def delete(name, target):
    return step(name, "DELETE", target, DELETED)


def plain_user(name, work, schemas=(ENTERPRISE, USER), display="lennay", given="Andrew",
               family="Ryan", formatted="Adrew Ryan", **more):
    return {"userName": name, "active": True, "displayName": display, "schemas": list(schemas),
            "externalId": "${__UUID}",
            "name": {"formatted": formatted, "familyName": family, "givenName": given},
            "emails": [{"Primary": True, "type": "work", "value": work},
                       {"Primary": False, "type": "home", "value": "testinghome@bob.com"}], **more}


def ryan(name, work, **more):
    return plain_user(name, work, display="BobIsAmazing.{{run}}", given="Ryan", family="Leenay",
                      formatted="Ryan Leenay", **more)


def garbage_user(family="Employee{{run}}", country="Bermuda", second_country=None,
                 street="9132 Jennifer Way Suite 040\nSouth Nancy, MI 55645", active=True,
                 second_email="work", addresses="addresses", **more):
    first, second = (("anna33@gmail.com", "anna33@example.com") if second_email == "work"
                     else ("anna33@example.com", "anna33@gmail.com"))
    return {
        "active": active,
        addresses: [
            {"country": country, "formatted": street, "locality": "West Mercedes",
             "postalCode": "99265", "region": "Montana", "streetAddress": "4939 Hess Fork",
             "type": "work", "primary": False},
            {"country": second_country, "formatted": "18522 Lisa Unions\nEast Gregory, CT 52311",
             "locality": None, "postalCode": None, "region": None, "streetAddress": None,
             "type": "other", "primary": False}],
        "displayName": "Kimberly Baker",
        "emails": [{"type": "work", "primary": True, "value": first},
                   {"type": second_email, "primary": False, "value": second}],
        "meta": {"created": "2019-09-18T18:15:26.5788954+00:00",
                 "lastModified": "2019-09-18T18:15:26.5788976+00:00", "resourceType": "User"},
        "name": {"formatted": "Daniel Mcgee", "familyName": family, "givenName": "Darl",
                 "honorificPrefix": None, "honorificSuffix": None},
        "phoneNumbers": [{"type": "fax", "primary": False, "value": "312-320-0500"},
                         {"type": "mobile", "primary": False, "value": "312-320-1707"},
                         {"type": "work", "primary": True, "value": "312-320-0932"}],
        "preferredLanguage": "xh", "roles": [], "title": "Site engineer",
        "externalId": "22fbc523-6032-4c5f-939d-5d4850cf3e52", "schemas": [USER], **more}


def patch(name, target, *expect, reason=None, op="add", **operation):
    body = {"schemas": [PATCH], "Operations": [{"op": op, **operation}]}
    return step(name, "PATCH", target, *expect, body=body, reason=reason)


ADD_USER4 = {"schemas": [PATCH],
             "Operations": [{"name": "addMember", "op": "add", "path": "members",
                             "value": [{"displayName": "new User", "value": "{{id4}}"}]}]}


def new_group(name, **more):
    return {"externalId": "${__UUID}", "schemas": [GROUP], "displayName": name, **more}


ENDPOINTS = [
    step("Get empty Users", "GET", "/Users", FOUND),
    step("Get empty Groups", "GET", "/Groups", FOUND),
    step("Get ResourceTypes", "GET", "/ResourceTypes", FOUND,
         ["is", "Resources/0/endpoint", "/Users"]),
    step("Get ServiceProviderConfig", "GET", "/serviceConfiguration", FOUND,
         ["is", "patch/supported", True], reason=NO_SUCH_PATH),
    step("Get Schemas", "GET", "/Schemas", FOUND, ["text", "User Account"]),
]

USERS = [
    step("Post User", "POST", "/Users", CREATED, keep={"id1": "id"},
         body=ryan("UserName123.{{run}}", "testing@bob.com", schemas=[USER])),
    step("Post EnterpriseUser", "POST", "/Users", CREATED, keep={"id2": "id"},
         body=plain_user("UserName222.{{run}}", "testing@bob2.com",
                         **{ENTERPRISE: {"Department": "bob", "Manager": {"Value": "SuzzyQ"}}})),
    step("Get user1", "GET", "/Users/{{id1}}", FOUND, ["is", "id", "{{id1}}"]),
    step("Get user2", "GET", "/Users/{{id2}}", FOUND, ["is", "id", "{{id2}}"]),
    step("Get User Attributes", "GET", "/Users?attributes=userName,emails", FOUND,
         ["text", "{{id1}}"]),
    step("Get User Filters", "GET", "/Users/?filter=DisplayName+eq+%22BobIsAmazing.{{run}}%22",
         ["text", "{{id1}}"]),
    patch("patch user1", "/Users/{{id1}}", op="replace", path="userName", value="ryan3.{{run}}"),
    step("Get User1 Check Patch", "GET", "/Users/{{id1}}", FOUND, ["is", "id", "{{id1}}"],
         ["is", "userName", "ryan3.{{run}}"]),
    step("User 2 replace test", "PUT", "/Users/{{id2}}", FOUND,
         body=ryan("UserNameReplace2.{{run}}", "testing@bobREPLACE.com", id="{{id2}}")
         | {"name": {"formatted": "NewName", "familyName": "Leenay", "givenName": "Ryan"}}),
    step("Get user2 Check replace", "GET", "/Users/{{id2}}", FOUND,
         ["is", "name/formatted", "NewName"]),
    delete("Delete user1", "/Users/{{id1}}"),
    delete("Delete user2", "/Users/{{id2}}"),
]

GROUPS = [
    step("Create empty group", "POST", "/Groups", CREATED, keep={"groupid": "id"},
         body=new_group("Group1DisplayName.{{run}}", members=[])),
    step("create user for group 2", "POST", "/Users", CREATED, keep={"id3": "id"},
         body=plain_user("UserName333.{{run}}", "testing@bob2.com")),
    step("Create user 4 for group 2", "POST", "/Users", CREATED, keep={"id4": "id"},
         body=plain_user("UserName444.{{run}}", "testing@bob2.com")),
    step("Create filled group 2", "POST", "/Groups", CREATED, keep={"groupid2": "id"},
         body=new_group("GroupDisplayName2.{{run}}",
                        members=[{"value": "{{id3}}", "display": "VP"}])),
    step("Get Groups", "GET", "/Groups", FOUND),
    step("Create group 3", "POST", "/Groups", CREATED, keep={"groupid3": "id"},
         body=new_group("GroupDisplayName3.{{run}}", members=[])),
    step("Put replace group3", "PUT", "/Groups/{{groupid3}}", FOUND,
         body={"schemas": [GROUP], "id": "{{groupid3}}", "displayName": "putName.{{run}}",
               "members": [{"value": "{{id3}}", "display": "VP"},
                           {"value": "{{id4}}", "display": "SenorVP"}]}),
    step("Validate group 3", "GET", "/Groups/{{groupid3}}", FOUND, ["is", "id", "{{groupid3}}"],
         ["text", "{{id3}}"]),
    step("Patch add user4 to group1", "PATCH", "/Groups/{{groupid}}", body=ADD_USER4),
    patch("Patch remove user4 to group1", "/Groups/{{groupid}}", op="remove",
          path='members[value eq "{{id4}}"]'),
    step("Patch add user4 to group1", "PATCH", "/Groups/{{groupid}}", body=ADD_USER4),
    step("Get group by id", "GET", "/Groups/{{groupid}}", FOUND, ["is", "id", "{{groupid}}"],
         ["text", "new User"], reason=NO_SUCH_NAME),
    patch("Patch remove all users", "/Groups/{{groupid}}", op="remove", path="members"),
    step("Get group by id", "GET", "/Groups/{{groupid}}", FOUND, ["is", "id", "{{groupid}}"],
         ["no text", "new User"]),
    delete("Delete user id3", "/Users/{{id3}}"),
    delete("Delete user id4", "/Users/{{id4}}"),
    delete("Delete group 1", "/Groups/{{groupid}}"),
    delete("Delete group 2", "/Groups/{{groupid2}}"),
    delete("Delete group3", "/Groups/{{groupid3}}"),
]

COMPLEX_ATTRIBUTES = [
    step("create user1", "POST", "/Users", CREATED, keep={"id1": "id"},
         body=ryan("UserName111.{{run}}", "emailName357{{run}}")),
    step("create user2", "POST", "/Users", CREATED, keep={"id2": "id"},
         body=ryan("UserName222.{{run}}", "jump@bob.com")),
    step("Get user attributes", "GET", "/Users?attributes=emails%5Btype+eq+%22work%22%5D", FOUND,
         ["text", "emailName357{{run}}"]),
    step("Get user via attributes filter", "GET",
         "/Users?attributes=emails%5Bvalue+eq+%22emailName357{{run}}%22%5D", FOUND,
         ["text", "emailName357{{run}}"]),
    delete("Delete User1", "/Users/{{id1}}"),
    delete("Delete User2", "/Users/{{id2}}"),
]

OMALLEY = {"family": "OMalley", "second_email": "other"}
OMALLEY_MOVED = OMALLEY | {"country": "Germany", "second_country": "bahams", "active": False,
                           "street": "1923 Jennifer Way Suite 040\nSouth Nancy, MI 55645",
                           "id": "{{user1}}"}
EMP3_AGAIN = garbage_user(userName="emp3.{{run}}")

USERS_WITH_GARBAGE = [
    step('Post user "OMalley"', "POST", "/Users", CREATED, ["is", "userName", "OMalley.{{run}}"],
         ["is", "active", True], keep={"user1": "id"},
         body=garbage_user(**OMALLEY, userName="OMalley.{{run}}")),
    step('Post emp1 with string "True"', "POST", "/Users", CREATED, ["is", "active", True],
         keep={"user2": "id"}, body=garbage_user(active="True", userName="emp1.{{run}}")),
    step("Get all users", "GET", "/Users", FOUND, ["equal", "totalResults", "{{before_and_2}}"],
         ["text", "OMalley"]),
    step("Post emp2", "POST", "/Users", CREATED, keep={"user3": "id"},
         body=garbage_user(userName="emp2.{{run}}")),
    step("Post emp3", "POST", "/Users", CREATED, keep={"user4": "id"}, body=EMP3_AGAIN),
    step("Post no username", "POST", "/Users", REFUSED, body=garbage_user()),
    step("Post junk", "POST", "/Users", REFUSED,
         raw='{"acve": tre, "adadfdresses": [{"coudftry": "Beruda"}, {"country": null, les": []}'),
    step("Post emp3 exists", "POST", "/Users", *CONFLICT, body=EMP3_AGAIN),
    step("Post emp3 exists try again", "POST", "/Users", *CONFLICT, body=EMP3_AGAIN),
    step("Put a user no username", "PUT", "/Users/{{user1}}", REFUSED,
         body=garbage_user(**OMALLEY_MOVED, userame="OMalley.{{run}}")),
    step("Put a user misspelled attribute", "PUT", "/Users/{{user1}}", FOUND,
         ["no text", "Addresses"],
         body=garbage_user(**OMALLEY_MOVED, addresses="adreses", userName="OMalley.{{run}}")),
    step("Post enterprise user", "POST", "/Users", CREATED, keep={"user5": "id"},
         body=garbage_user(userName="enterprise.{{run}}",
                           **{ENTERPRISE: {"Department": "some department"}})
         | {"schemas": [USER, ENTERPRISE]}),
    patch("Patch user omalley new username", "/Users/{{user1}}", DELETED, op="Replace",
          path="userName", value="newusername.{{run}}", reason=STATUS_200),
    patch("patch user omalley active with boolean", "/Users/{{user1}}", DELETED, op="Replace",
          path="active", value=False, reason=STATUS_200),
    step("get user1", "GET", "/Users/{{user1}}", ["is", "userName", "newusername.{{run}}"],
         ["is", "active", False]),
    step("Put a user OMalley", "PUT", "/Users/{{user1}}", FOUND,
         ["is", "userName", "OMalley.{{run}}"], ["is", "active", False], ["text", "Germany"],
         body=garbage_user(**OMALLEY_MOVED, userName="OMalley.{{run}}")),
    step("Paginate", "GET", "/Users?startIndex=1&count=2",
         ["equal", "totalResults", "{{before_and_5}}"], ["is", "itemsPerPage", 2]),
    step("get user attributes", "GET", "/Users?attributes=userName,emails",
         ["equal", "totalResults", "{{before_and_5}}"]),
    step("Post emp3 exists try again", "POST", "/Users", *CONFLICT, body=EMP3_AGAIN),
    step("filter eq and (val or val)", "GET",
         "/Users?filter=name.FamilyName eq Employee{{run}} and "
         "(emails.Value co example.com or emails.Value co example.org)", ["is", "totalResults", 4]),
    step("filter starts with", "GET", "/Users?filter=userName sw OMalley.{{run}}",
         ["is", "totalResults", 1]),
    step("filter greater than", "GET",
         "/Users?filter=meta.Created gt 2015-10-10T14:38:21.8617979-07:00",
         ["equal", "totalResults", "{{before_and_5}}"]),
]

GROUPS_WITH_GARBAGE = [
    step("Post group", "POST", "/Groups", CREATED, keep={"group1": "id"},
         body={"displayName": "Group 1.{{run}}", "schemas": [GROUP],
               "externalId": "015489ea-9410-4306-b583-9f002b2446f7"}),
    patch("Group patch add member", "/Groups/{{group1}}", DELETED, path="members",
          value="string id 1", reason=NO_SUCH_USER),
    patch("Group patch add member2", "/Groups/{{group1}}", DELETED, path="members",
          value="string id 2", reason=NO_SUCH_USER),
    step("Get group", "GET", "/Groups/{{group1}}", FOUND),
    step("Get group exclude members", "GET", "/Groups/{{group1}}?excludedAttributes=members",
         FOUND),
    step("group put", "PUT", "/Groups/{{group1}}", FOUND,
         ["is", "displayName", "Tiffany Ortiz.{{run}}"],
         body={"id": "{{group1}}", "displayName": "Tiffany Ortiz.{{run}}", "schemas": [GROUP],
               "externalId": "6c6b54c2-fa81-4234-ad4f-420ec6808049"}),
]

TEARDOWN = [
    *(delete(f"Delete user {n}", f"/Users/{{{{user{n}}}}}") for n in range(1, 6)),
    delete("Delete group 1", "/Groups/{{group1}}"),
    step("Get all users", "GET", "/Users?attributes=userName", FOUND,
         ["equal", "totalResults", "{{before}}"]),
    step("Get all groups", "GET", "/Groups", FOUND, ["equal", "totalResults", "{{groups_before}}"]),
]

STEPS = (ENDPOINTS + USERS + GROUPS + COMPLEX_ATTRIBUTES + USERS_WITH_GARBAGE + GROUPS_WITH_GARBAGE
         + TEARDOWN)


def main():
    options = arguments(__doc__).parse_args()
    client, table = client_of(options), Table(options.quiet)
    before = client.send("GET", "/Users?count=1").at("totalResults") or 0
    known = {"run": uuid.uuid4().hex[:8], "before": before, "before_and_2": before + 2,
             "before_and_5": before + 5,
             "groups_before": client.send("GET", "/Groups?count=1").at("totalResults") or 0}
    assertions = play(client, STEPS, known, table)
    print(f"{assertions} assertions in {len(STEPS)} requests")
    return table.close()


if __name__ == "__main__":
    sys.exit(main())
