"""Filters: RFC 7644 §3.4.2.2."""

from client import ENTERPRISE, SEARCH, USER, query
from suite import case

TABLE = [
    # filter, names of the fixtures it finds; MINE stands for the run's userType
    ('title eq "Guide"', "a"),
    ('TITLE Eq "guide"', "a"),
    ('title ne "Guide"', "bc"),
    ('title co "hie"', "b"),
    ('title sw "chi"', "b"),
    ('title ew "EF"', "b"),
    ('title pr', "ab"),
    ('not (title pr)', "c"),
    ('not(title pr)', "c"),
    ('title eq "Guide" or title eq "Chief"', "ab"),
    ('title eq "Guide" and nickName eq "Al"', "a"),
    ('title eq "Guide" and nickName eq "Bo"', ""),
    ('nickName eq "Cy" or title eq "Guide" and nickName eq "Bo"', "c"),
    ('(nickName eq "Cy" or title eq "Guide") and nickName eq "Cy"', "c"),
    ('not (title eq "Guide" or title eq "Chief")', "c"),
    ('not (title eq "Guide") and not (nickName eq "Cy")', "b"),
    ('name.familyName eq "Jensen"', "ab"),
    ('NAME.FAMILYNAME eq "jensen"', "ab"),
    ('emails[type eq "work"].value eq "a@work.example"', "a"),
    ('emails[type eq "work" and value co "@work.example"]', "ab"),
    ('emails[type eq "home" and value co "@work.example"]', ""),
    ('emails.type eq "home" and emails.value co "@work.example"', "a"),
    ('emails[type eq "work"] and title eq "Chief"', "b"),
    ('emails[not (type eq "work")]', "a"),
    ('emails.value eq "a@home.example"', "a"),
    ('emails eq "a@home.example"', "a"),
    ('emails co "home.example"', "a"),
    ('emails.primary eq true', "a"),
    ('emails[primary eq true].type eq "work"', "a"),
    ('active eq true', "ab"),
    ('active eq false', "c"),
    ('active ne true', "c"),
    (f'{ENTERPRISE}:department eq "Tours"', "a"),
    (f'{ENTERPRISE.upper()}:DEPARTMENT eq "Tours"', "a"),
    (f'{ENTERPRISE}:manager.value eq "42"', "a"),
    (f'{USER}:title eq "Chief"', "b"),
    (f'{USER}:name.familyName eq "Jensen"', "ab"),
    ('title eq null', "c"),
    ('title ne null', "ab"),
    ('meta.resourceType eq "User"', "abc"),
    ('meta.created gt "2011-05-13T04:42:34Z"', "abc"),
    ('meta.lastModified ge "2011-05-13T04:42:34+02:00"', "abc"),
    ('meta.created lt "2011-05-13T04:42:34.12345Z"', ""),
    ('meta.created le "2011-05-13T04:42:34.5-07:00"', ""),
    ('title gt "D"', "a"),
    ('title ge "Chief"', "ab"),
    ('title lt "D"', "b"),
    ('title le "GUIDE"', "ab"),
    (f'schemas eq "{ENTERPRISE}"', "a"),
    (f'schemas eq "{USER}"', "abc"),
    ('displayName eq "quote \\" back \\\\ slash"', "a"),
    ('displayName eq "Zo\\u00eb"', "b"),
    ('displayName eq "Zoë"', "b"),
]

LENIENT = [
    ("meta.resourceType eq User", "abc"),
    ("name.familyName eq Jensen", "ab"),
    ("meta.created gt 2011-05-13T04:42:34.8617979-07:00", "abc"),
]

BAD = [
    "title", "title eq", 'eq "x"', 'title xx "x"', 'title eq "x', "title eq 'x'",
    'title eq "x" and', 'and title eq "x"', '(title eq "x"', 'title eq "x")', "not title pr",
    'emails[type eq "work"', "emails[]", 'title eq "x" title eq "y"', 'title eq "\\x"',
    "active gt true", "active lt false", 'title eq "x" or or title pr', ".title pr", "title. pr",
    'emails[type eq "work"]]',
]


def fixtures(t):
    mine = t.name("type")
    users = {
        "a": t.user(userType=mine, title="Guide", nickName="Al", name={"familyName": "Jensen"},
                    displayName='quote " back \\ slash',
                    emails=[{"value": "a@work.example", "type": "work", "primary": True},
                            {"value": "a@home.example", "type": "home"}],
                    **{ENTERPRISE: {"department": "Tours", "manager": {"value": "42"}}}),
        "b": t.user(userType=mine, title="Chief", nickName="Bo", name={"familyName": "JENSEN"},
                    displayName="Zoë", emails=[{"value": "b@work.example", "type": "work"}]),
        "c": t.user(userType=mine, nickName="Cy", active=False),
    }
    return mine, users


def check(t, rows):
    mine, users = fixtures(t)
    wrong = []
    for filter, names in rows:
        answer = t.find("/Users", f'userType eq "{mine}" and ({filter})')
        wanted = sorted(users[name]["id"] for name in names)
        got = sorted(t.ids(answer)) if answer.status == 200 else str(answer)
        if got != wanted:
            found = ("".join(n for n in users if users[n]["id"] in got)
                     if answer.status == 200 else got)
            wrong.append(f"{filter}: wanted {names!r}, got {found!r}")
    t.true(not wrong, "; ".join(wrong))


for start in range(0, len(TABLE), 9):
    rows = TABLE[start:start + 9]
    case("7644 §3.4.2.2", f"filters {rows[0][0]} … {rows[-1][0]}")(
        lambda t, rows=rows: check(t, rows))


@case("7644 §3.4.2.2", "unquoted values, as the RFC's own examples and Entra write them")
def _(t):
    check(t, LENIENT)


@case("7644 §3.4.2.2", "broken filters are 400 invalidFilter")
def _(t):
    wrong = []
    for filter in BAD:
        answer = t.find("/Users", filter)
        if answer.status != 400 or answer.at("scimType") != "invalidFilter":
            wrong.append(f"{filter!r}: {answer}")
    t.true(not wrong, "; ".join(wrong))


@case("7644 §3.4.2.2", "no match is 200 with totalResults 0 and an empty list")
def _(t):
    answer = t.ok(t.find("/Users", 'userName eq "nobody at all"'), 200)
    t.has(answer, "totalResults", 0)
    t.equal(answer.at("Resources"), [], "Resources")


@case("7643 §4.1.1", "userName matches in any case and in full-width letters")
def _(t):
    user = t.user()
    for text in (user["userName"].upper(), user["userName"].swapcase()):
        t.equal(t.ids(t.find("/Users", f'userName eq "{text}"')), [user["id"]], text)


@case("7643 §3.1", "externalId matches exactly, case included; id too")
def _(t):
    user = t.user(externalId=t.name("External"))
    find = lambda filter: t.ids(t.find("/Users", filter))
    t.equal(find(f'externalId eq "{user["externalId"]}"'), [user["id"]], "externalId")
    t.equal(find(f'externalId eq "{user["externalId"].upper()}"'), [], "externalId, other case")
    t.equal(find(f'id eq "{user["id"]}"'), [user["id"]], "id")
    t.equal(find('id eq "no-such-id"'), [], "id that cannot be")


@case("7643 §4.2", "groups are found by displayName in any case and by member")
def _(t):
    user, other = t.user(), t.user()
    group = t.group(members=[user["id"]])
    name = group["displayName"]
    for filter, found in ((f'displayName eq "{name}"', True),
                          (f'displayName eq "{name.upper()}"', True),
                          (f'id eq "{group["id"]}" and members eq "{user["id"]}"', True),
                          (f'members.value eq "{user["id"]}"', True),
                          (f'members[value eq "{user["id"]}"]', True),
                          (f'members[value eq "{other["id"]}"]', False),
                          (f'id eq "{group["id"]}" and members eq "{other["id"]}"', False)):
        t.equal(t.ids(t.find("/Groups", filter)), [group["id"]] if found else [], filter)


@case("7643 §4.1.2", "users are found by the group they are in")
def _(t):
    user = t.user()
    group = t.group(members=[user["id"]])
    t.equal(t.ids(t.find("/Users", f'groups.value eq "{group["id"]}"')), [user["id"]], "groups")


@case("7644 §7.5.2", "a password can be neither read nor guessed by filters")
def _(t):
    user = t.user(password="Xk4!pm90qz")
    for filter in ('password sw "X"', 'password co "pm"', 'password pr', 'password gt "A"',
                   'password eq "Xk4!pm90qz"'):
        answer = t.find("/Users", f'userName eq "{user["userName"]}" and {filter}')
        if answer.status == 200:
            t.equal(t.ids(answer), [], filter)
        else:
            t.error(answer, 400, "invalidFilter")


@case("RFC 3986", "a filter is decoded from %20 and from +")
def _(t):
    user = t.user()
    for space in ("%20", "+"):
        target = f"/Users?filter=userName{space}eq{space}%22{user['userName']}%22"
        t.equal(t.ids(t.get(target)), [user["id"]], target)


@case("7644 §3.4.2", "unknown query parameters are ignored")
def _(t):
    user = t.user()
    filter = f'userName eq "{user["userName"]}"'
    t.equal(t.ids(t.find("/Users", filter, unknown="1")), [user["id"]], "unknown")
    target = query("/Users", filter=filter).replace("?", "?aadOptscim062020&")
    t.equal(t.ids(t.get(target)), [user["id"]], "aadOptscim062020")


@case("7644 §3.4.3", "POST .search answers 200 like GET, typed and at the root")
def _(t):
    user = t.user(title="Guide")
    body = {"schemas": [SEARCH], "filter": f'userName eq "{user["userName"]}"',
            "attributes": ["userName"], "startIndex": 1, "count": 10}
    for target in ("/Users/.search", "/.search"):
        answer = t.ok(t.post(target, body), 200)
        t.has(answer, "totalResults", 1)
        t.has(answer, "Resources/0/id", user["id"])
        t.equal(answer.at("Resources/0/title"), None, "title")
    t.error(t.post("/Users/.search", body | {"filter": "broken"}), 400, "invalidFilter")
