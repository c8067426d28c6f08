"""The rows of who may do what and of an admin's lists: a small and a large organization in one server."""

import dataclasses
import json
import random
import urllib.parse

import measure
import population
import servers
from report import Line

SMALL = 1_000  # users of the organization that the large one is compared with
TEAMS = 10_000  # groups of the large one
GROUPS, GRANTS_EACH = 50, 4  # of the user whose rights are asked for
QUESTIONS = 100
AT_ONCE = 16  # connections: the admin API refuses what its queue has no room for
MOST_PAGES = 1_000  # walked to find one that lies deep
DEEPER, LARGER = 1.5, 1.3  # CPU time at most


@dataclasses.dataclass
class Organization:
    kind: str  # "small" or "large"
    slug: str
    ids: list[str]  # of its users

    def middle(self):
        """The number of the user of many groups, on none of the pages that are compared."""
        return len(self.ids) // 2

    def path(self, query):
        return f"/organizations/{self.slug}/{query}"

    def label(self):
        return f"{self.kind} ({len(self.ids):,})"


def rules(slug, member):
    """The file of an organization in which `member` is in 50 groups with 4 grants each."""
    deployments = [[f"d-{group}-{grant}" for grant in range(GRANTS_EACH)] for group in range(GROUPS)]
    return {
        "organization": {"slug": slug},
        "deployments": [{"name": name, "settings": {"sso_default_role": "NO_ACCESS"}, "code_locations": ["core"]}
                        for names in deployments for name in names],
        "groups": [{"name": f"duty {number}", "members": [member],
                    "grants": [{"role": ("editor", "viewer")[place % 2], "scope": f"deployment/{name}"}
                               for place, name in enumerate(names)]}
                   for number, names in enumerate(deployments)]}


def small_organization(server, client):
    made = json.loads(client.send("POST", "/apply", {
        "organization": {"slug": "small"}, "scim": {"id": "small", "enabled": True, "tokens": ["bench"]}}))
    door = servers.Door(server.name, server.url, made["created_tokens"][0]["secret"], server.pid)
    return Organization("small", "small", population.create_users(door, SMALL))


def organizations(bench):
    """(small, large), with the groups and grants of rules() in both."""
    def make():
        server = bench.ours()
        client = population.Client(server.admin)
        large = Organization("large", "bench", bench.users(server))
        small = small_organization(server, client)
        for organization in (small, large):
            client.send("POST", "/apply", rules(organization.slug, population.user_name(organization.middle())))
        return small, large
    return bench.once("organizations", make)


def compare(bench, row, sides, against):
    """Measures `sides`, name to (server, load); `against` maps a name to (the name it is compared with, budget)."""
    bench.say(f"{row}: {', '.join(sides)}")
    samples = dict(zip(sides, measure.alternate(list(sides.values()), bench.options.seconds, bench.options.rounds)))
    for name, taken in samples.items():
        line = Line(row, name, measure.median(taken))
        if name in against:
            base, most = against[name]
            ratio = measure.times_the_cpu(taken, samples[base])
            line.figure = f"{ratio:.2f} x CPU"
            if most:
                line.budget, line.met = f"<= {most} x", ratio <= most
        bench.lines.append(line)


def ask_once(client, call, file):
    """Half of the questions are about scopes where the user is an editor, who may, half where a viewer, who may not."""
    results = json.loads(client.send("POST", f"/access/{call}", file.read_text()))["results"]
    allowed = sum(result["allowed"] for result in results)
    if allowed != len(results) // 2:
        raise measure.Failed(f"{call}: {allowed} of {len(results)} questions are allowed")


def access_check(bench):
    sides, against = {}, {}
    client = population.Client(bench.ours().admin)
    admin = bench.ours().admin
    small, large = organizations(bench)
    # What explains an answer keeps nothing from one call to the next.
    for call, count in (("check", 1), ("check", QUESTIONS), ("explain", 1)):
        for organization in (small, large):
            checks = [{"permission": "runs.launch",
                       "scope": f"code_location/d-{place % GROUPS}-{place % GRANTS_EACH}/core"}
                      for place in range(QUESTIONS)][-count:]
            file = bench.files / f"{call}.{count}.{organization.slug}"
            principal = {"user": organization.ids[organization.middle()]}
            file.write_text(json.dumps(
                {"organization": organization.slug, "principal": principal, "checks": checks}))
            ask_once(client, call, file)
            sides[f"{call} {count}, {organization.label()}"] = (
                admin, measure.Load("ask", f"/access/{call}", file, AT_ONCE))
        base, name = list(sides)[-2:]
        against[name] = (base, LARGER)
    compare(bench, "access-check", sides, against)


def deep_cursor(client, path):
    """The cursor of a page that is neither the last nor before the MOST_PAGES-th, and the pages before it."""
    cursors = [""]
    while len(cursors) <= MOST_PAGES:
        query = f"&cursor={cursors[-1]}" if cursors[-1] else ""
        following = json.loads(client.send("GET", path + query))["next"]
        if not following:
            break
        cursors.append(following)
    if len(cursors) < 3:
        raise measure.Failed(f"{path} has {len(cursors)} pages: too few to find a deep one")
    return cursors[-2], len(cursors) - 2


def pages(bench, large, group):
    """The sides of first and deep pages, and which is compared with which."""
    admin = bench.ours().admin
    client = population.Client(admin)
    sides, against = {}, {}
    # A search that finds nobody looks at 20,000 users, so that its cursors go deep quickly.
    lists = {"users": ("users?", "name=nobody" if len(large.ids) > 100_000 else "limit=200"),
             "groups": ("groups?", "limit=200"),
             "memberships": (f"memberships?group={group}&", "limit=200"),
             "access review": ("access-review?", "limit=200")}
    for name, (path, step) in lists.items():
        cursor, before = deep_cursor(client, large.path(path + step))
        rows = before * (20_000 if step.startswith("name") else 200)
        first, deep = f"{name}, first page", f"{name}, behind {rows:,}"
        for side, query in ((first, ""), (deep, f"cursor={cursor}")):
            sides[side] = (admin, measure.Load("fixed", large.path(path + query), connections=AT_ONCE))
        against[deep] = (first, DEEPER)
    return sides, against


def searches(bench, small, large):
    """The sides of searches in both organizations, large after small."""
    admin = bench.ours().admin
    kinds = {"userName begins": "search=user.n{}", "e-mail begins": "search=home.n{}",
             "all begin so": "search=user.",
             "name contains, one": "name=Jensen n{}", "name contains, all": "name=jensen"}
    sides, against = {}, {}
    for name, pattern in kinds.items():
        for organization in (small, large):
            file = bench.files / f"{name.replace(' ', '-')}.{organization.slug}"
            numbers = random.sample(range(len(organization.ids)), SMALL // 2)
            file.write_text("".join(
                urllib.parse.quote(pattern.format(number), safe="=") + "\n" for number in numbers))
            sides[f"{name}, {organization.label()}"] = (
                admin, measure.Load("query", organization.path("users"), file, AT_ONCE))
        base, compared = list(sides)[-2:]
        against[compared] = (base, None)
    return sides, against


def admin_list(bench):
    small, large = organizations(bench)
    server = bench.ours()
    bench.once("teams", lambda: population.create_groups(server, min(TEAMS, len(large.ids))))
    _, path = bench.group(server, 100_000)
    group = path.rpartition("/")[2]
    bench.once("grant", lambda: population.Client(server.admin).send(
        "POST", large.path("grants"), {"group": group, "role": "viewer", "scope": "deployment/d-0-0"}))
    compare(bench, "admin-list", *pages(bench, large, group))
    compare(bench, "admin-list", *searches(bench, small, large))
