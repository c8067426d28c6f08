"""Requests with assertions as data, the form of okta_spec, entra_collection and the recordings.

A step: {"name", "method", "target", "body" | "raw", "headers", "expect": [[kind, …], …],
"keep": {name: path}}, and where Rollcall answers otherwise on purpose "instead": [[kind, …], …]
and "reason".
{{name}} in target, body and expectations is what an earlier step kept or the caller knows."""

import re
import urllib.parse

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


class Unknown(Exception):
    """A variable that no earlier step yielded."""


def fill(value, known):
    if isinstance(value, dict):
        return {name: fill(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if not isinstance(value, str):
        return value

    def replace(match):
        text = known.get(match.group(1))
        if text is None:
            raise Unknown(f"an earlier step did not yield {match.group(0)}")
        return str(text)

    return _VARIABLE.sub(replace, value)


def encode(target):
    """Percent-encodes a readable query; what is encoded already stays."""
    path, mark, query = target.partition("?")
    return path + mark + urllib.parse.quote(query, safe="=&%+,")


def _text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def _members(answer):
    return [member["value"] for member in answer.at("members") or []]


def _filled(value):
    return value not in (None, "", [], {})


# kind → judge(answer, arguments); arguments[0] is mostly a path
KINDS = {
    "status": lambda answer, codes: answer.status in codes,
    "filled": lambda answer, a: _filled(answer.at(a[0])),
    "absent": lambda answer, a: not _filled(answer.at(a[0])),
    "number": lambda answer, a: type(answer.at(a[0])) is int,
    "list": lambda answer, a: isinstance(answer.at(a[0]), list),
    "contains": lambda answer, a: a[1] in (answer.at(a[0]) or []),
    # as Runscope compares: by text
    "equal": lambda answer, a: _text(answer.at(a[0])) == _text(a[1]),
    "is": lambda answer, a: answer.at(a[0]) == a[1] and type(answer.at(a[0])) is type(a[1]),
    "members": lambda answer, ids: sorted(_members(answer)) == sorted(ids),
    "text": lambda answer, a: a[0].encode() in answer.body,
    "no text": lambda answer, a: a[0].encode() not in answer.body,
    "header": lambda answer, a: bool(answer.header(a[0])),
    "faster": lambda answer, a: answer.ms < a[0],
}


def judge(answer, expectation):
    """None, or what is wrong."""
    kind, *arguments = expectation
    if KINDS[kind](answer, arguments):
        return None
    if kind in ("status", "text", "no text"):
        return f"wanted {kind} {' or '.join(map(str, arguments))}, got {answer}"
    got = f"{answer.ms:.0f} ms" if kind == "faster" else answer.at(str(arguments[0]))
    return f"wanted {kind} {arguments}, got {got!r} ({answer.status})"


def play(client, steps, known, table):
    """Plays the steps in order, one line each; gives the number of assertions made."""
    assertions = 0
    for step in steps:
        checks = step.get("expect", [])
        assertions += len(checks)
        section = step.get("source", f"{len(checks)} assertions")
        try:
            body = fill(step.get("body"), known)
            raw = step["raw"].encode() if "raw" in step else None
            answer = client.send(step["method"], encode(fill(step["target"], known)), body,
                                 headers=step.get("headers"), raw=raw)
            wrong = [text for check in fill(checks, known) if (text := judge(answer, check))]
            known.update({name: answer.at(path) for name, path in step.get("keep", {}).items()})
            on_purpose = "reason" in step and not any(
                judge(answer, check) for check in fill(step["instead"], known))
            table.add(section, step["name"], "; ".join(wrong) or None, answer.ms,
                      step["reason"] if on_purpose else None)
        except Unknown as unknown:
            table.add(section, step["name"], f"not sent: {unknown}")
    return assertions
