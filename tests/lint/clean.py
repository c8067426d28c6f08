#!/usr/bin/python3
"""Fails on text that ties the tree to one machine or is left over: paths of a workplace or a home, hosts of
package registries, download addresses in lock files, tasks without an issue, conflict marks."""

import re

import tree

# Written so that this file does not find itself.
RULES = [
    (re.compile(r"(?<![\w.$}])/(?:wor[k]|roo[t]|hom[e]/[a-z])[\w.-]*/"), "a path of one machine"),
    (re.compile(r"\b(?:registr[y]\.[\w.-]+|[\w.-]*npmj[s]\.(?:org|com)|deb\.debia[n]\.org"
                r"|(?:[\w.-]+\.)?ubunt[u]\.com|pyp[i]\.org|file[s]\.pythonhosted\.org)\b"),
     "a host of a package registry"),
    (re.compile(r'"resolve[d]"\s*:'), "a download address in a lock file"),
    (re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b(?!\(#\d+\))"), "a task without an issue number"),
    (re.compile(r"^(?:<{7}|>{7}) ", re.M), "a conflict mark"),
]


def check_file(path, text):
    return [f"{path}:{tree.line_of(text, match.start())}: {what}: {match.group().strip()}"
            for rule, what in RULES for match in rule.finditer(text)]


def main():
    paths = [path for path in tree.files() if not path.startswith("tests/fuzz/corpus/")]
    findings = [line for path in paths for line in check_file(path, tree.read(path))]
    tree.report("clean", findings, len(paths))


if __name__ == "__main__":
    main()
