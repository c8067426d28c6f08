"""Many requests at once: nothing acknowledged is lost, nothing unique exists twice."""

import threading

from client import PATCH, USER, Client
from suite import case
from trace_patch import op

WORKERS = 8


def at_once(t, jobs):
    """Runs jobs (functions of a client) on as many connections as there are; gives their answers."""
    answers = [None] * len(jobs)

    def work(first):
        client = Client(t.client.base_url, t.client.token)
        for n in range(first, len(jobs), WORKERS):
            answers[n] = jobs[n](client)
        client.close()

    threads = [threading.Thread(target=work, args=(first,)) for first in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def patch(target, *operations, headers=None):
    body = {"schemas": [PATCH], "Operations": list(operations)}
    return lambda client: client.send("PATCH", target, body, headers=headers)


def statuses(answers):
    return sorted(answer.status if answer else 0 for answer in answers)


@case("fleet#50724", "concurrent additions of members lose none")
def _(t):
    ids = [t.user()["id"] for _ in range(24)]
    group = t.group()
    target = f"/Groups/{group['id']}"
    answers = at_once(t, [patch(target, op("add", "members", [{"value": i}])) for i in ids])
    t.true(set(statuses(answers)) <= {200, 204}, f"statuses {statuses(answers)}")
    t.equal(t.members(group["id"]), sorted(ids), "members")


@case("fleet#50724", "additions and removals at once leave exactly who belongs there")
def _(t):
    leaving, coming = ([t.user()["id"] for _ in range(12)] for _ in range(2))
    group = t.group(members=leaving)
    target = f"/Groups/{group['id']}"
    jobs = [job for out, into in zip(leaving, coming)
            for job in (patch(target, op("Remove", "members", [{"value": out}])),
                        patch(target, op("Add", "members", [{"value": into}])))]
    answers = at_once(t, jobs)
    t.true(set(statuses(answers)) <= {200, 204}, f"statuses {statuses(answers)}")
    t.equal(t.members(group["id"]), sorted(coming), "members")


@case("7644 §3.5.2", "concurrent changes of different attributes of one user are all kept")
def _(t):
    user = t.user()
    target = f"/Users/{user['id']}"
    names = ("title", "nickName", "displayName", "userType", "locale", "timezone",
             "preferredLanguage", "name.givenName")
    answers = at_once(t, [patch(target, op("replace", name, name)) for name in names])
    t.true(set(statuses(answers)) <= {200, 204}, f"statuses {statuses(answers)}")
    got = t.get(target)
    for name in names:
        t.has(got, name.replace(".", "/"), name)


@case("7644 §3.3", "of many creations of one userName at once exactly one succeeds")
def _(t):
    name = t.name()
    body = {"schemas": [USER], "userName": name}
    answers = at_once(t, [lambda client: client.send("POST", "/Users", body)] * 16)
    created = [answer.at("id") for answer in answers if answer and answer.status == 201]
    found = t.ids(t.find("/Users", f'userName eq "{name}"'))
    for user in set(created) | set(found):
        t.delete(f"/Users/{user}")
    t.equal(statuses(answers), [201] + [409] * 15, "statuses")
    t.equal(found, created, "users found")


@case("7644 §3.14", "of many changes under the same If-Match exactly one succeeds")
def _(t):
    target = f"/Users/{t.user()['id']}"
    tag = {"If-Match": t.get(target).header("ETag")}
    answers = at_once(t, [patch(target, op("replace", "title", f"{n}"), headers=tag)
                          for n in range(16)])
    good = [answer for answer in answers if answer and answer.status in (200, 204)]
    t.equal(len(good), 1, f"successes among {statuses(answers)}")
    t.equal(statuses(answers)[1:], [412] * 15, "the others")


@case("7644 §3.6", "of many deletions at once exactly one is 204")
def _(t):
    target = f"/Users/{t.user()['id']}"
    answers = at_once(t, [lambda client: client.send("DELETE", target)] * 16)
    t.equal(statuses(answers), [204] + [404] * 15, "statuses")
