"""What the lints share: the files of the tree, C++ text without comments and literals, reporting."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CODE = ("gateway", "scim", "saml", "oidc", "sync")


def files(*suffixes, under=()):
    """Paths relative to the root, tracked or not yet, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *under],
        cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = sorted(set(filter(None, listed.split("\0"))))
    return [path for path in paths
            if (ROOT / path).is_file() and (not suffixes or path.endswith(suffixes))]


def read(path):
    return (ROOT / path).read_text(encoding="utf-8", errors="surrogateescape")


_NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)


def bare_cpp(text):
    """The text with comments blanked and literals emptied; offsets and lines stay as they are."""
    def blank(match):
        found = match.group()
        filler = re.sub(r"[^\n]", " ", found)
        return filler if found[0] == "/" else '"' + filler[1:-1] + '"'
    return _NOISE.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def report(name, findings, looked_at):
    """Prints `path:line: sentence` for each finding and ends the process."""
    for finding in findings:
        print(finding)
    if not looked_at:
        print(f"{name}: found nothing to look at")
    print(f"{name}: {looked_at} looked at, {len(findings)} findings")
    sys.exit(1 if findings or not looked_at else 0)
