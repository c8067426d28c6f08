#!/usr/bin/python3
"""Fails on a source file of more than 400 lines that size_allowed.txt does not excuse with a reason, and
on an excuse that is no longer needed."""

import pathlib

import tree

LIMIT = 400
ALLOWED = "tests/lint/size_allowed.txt"
SOURCE = (".h", ".cpp", ".py", ".sh", ".cmake", ".js", ".lua", ".sql", "CMakeLists.txt")


def is_source(path):
    return path.endswith(SOURCE) or "." not in pathlib.PurePosixPath(path).name and path != "LICENSE"


def excuses(text):
    """Path → reason, from lines `path reason…`; '#' begins a comment."""
    rows = [line.split(None, 1) for line in text.splitlines() if line.strip() and line[0] != "#"]
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


def check(lengths, excused):
    """`lengths` maps each source file to its number of lines."""
    findings = []
    for path, lines in sorted(lengths.items()):
        if lines > LIMIT and not excused.get(path):
            findings.append(f"{path}:1: {lines} lines; split it, or give a reason in {ALLOWED}")
    for path, reason in sorted(excused.items()):
        if not reason:
            findings.append(f"{ALLOWED}:1: {path} stands there without a reason")
        elif lengths.get(path, 0) <= LIMIT:
            findings.append(f"{ALLOWED}:1: {path} needs no excuse any more")
    return findings


def main():
    lengths = {path: tree.read(path).count("\n") for path in tree.files()
               if is_source(path) and not path.startswith("tests/fuzz/corpus/")}
    tree.report("size", check(lengths, excuses(tree.read(ALLOWED))), len(lengths))


if __name__ == "__main__":
    main()
