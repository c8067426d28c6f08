#!/usr/bin/python3
"""Fails on an #include that is no arrow of the design, on a library used outside its wrapper, and on an
#include of a module that the folder's CMakeLists.txt does not name in USES."""

import pathlib
import re

import tree

# Module → the modules it may include. A folder that is not here fails until its arrows are decided.
BASE = {"base"}
PROTOCOL = {"base", "crypto", "http"}
STORE = PROTOCOL | {"catalogue", "directory"}
RULES = STORE | {"access", "session", "sync", "scim", "mail"}
ARROWS = {
    "base": set(),
    "crypto": BASE,
    "http": BASE,
    "net": PROTOCOL,
    "simulate": {"base", "http"},
    "saml": PROTOCOL,
    "oidc": PROTOCOL,
    "catalogue": {"base"},
    "directory": PROTOCOL | {"catalogue"},
    "access": STORE,
    "session": STORE,
    "sync": STORE,
    "scim": STORE,
    "mail": STORE,
    "sign_in": RULES | {"oidc", "saml"},
    "forward_auth": RULES | {"sign_in"},
    "admin": RULES | {"sign_in", "oidc"},
}
ARROWS["app"] = set(ARROWS)

# Header prefix → where alone it may stand.
WRAPPERS = {
    "boost/beast": ("gateway/net/",),
    "boost/asio": ("gateway/net/", "gateway/directory/", "gateway/http/async.h", "gateway/http/turns.cpp",
                   "tests/"),
    "rapidjson/": ("gateway/base/json.cpp",),
    "openssl/": ("gateway/crypto/", "gateway/net/", "tests/"),
    "re2/": ("gateway/directory/mapping_match.cpp",),
    "curl/": ("gateway/mail/",),
    "kainjow/": ("gateway/mail/", "gateway/sign_in/"),
    "sqlite3.h": ("gateway/directory/", "tests/"),
    "spdlog/": ("gateway/base/",),
}

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
_MODULE = re.compile(r"rollcall_module\(\s*(\w+)([^)]*)\)")


def module_of(path):
    """"scim" of scim/patch.h, "net" of gateway/net/server.h, None outside the modules."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] == "gateway" and len(parts) > 2:
        return parts[1]
    return parts[0] if parts[0] in tree.CODE[1:] else None


def check_file(path, text, uses=None):
    """Findings of one file; `uses` maps a module to what its library links, when known."""
    findings = []
    own = module_of(path)
    for match in _INCLUDE.finditer(text):
        header, where = match.group(1), f"{path}:{tree.line_of(text, match.start(1))}"
        for prefix, places in WRAPPERS.items():
            if header.startswith(prefix) and not path.startswith(places):
                findings.append(f"{where}: <{header}> belongs to {', '.join(places)} alone")
        other = module_of(header)
        if own is None or other is None or other == own:
            continue
        if own not in ARROWS:
            findings.append(f"{where}: module {own} has no row in {__file__}")
        elif other not in ARROWS[own]:
            findings.append(f"{where}: {own} must not know {other} ({header})")
        elif uses is not None and other not in uses.get(own, ()):
            findings.append(f"{where}: {own} includes {other}, which its CMakeLists.txt does not use")
    return findings


def linked_modules(cmake_files):
    """Module → every module its library links, directly or not."""
    folder_of, direct = {}, {}
    for path in cmake_files:
        own = module_of(path)
        for match in _MODULE.finditer(tree.read(path)) if own else ():
            folder_of[match.group(1)] = own
            uses = match.group(2).partition("USES")[2].split()
            direct.setdefault(own, set()).update(uses)

    def closure(module, seen):
        for library in direct.get(module, ()):
            other = folder_of.get(library)
            if other and other not in seen:
                seen.add(other)
                closure(other, seen)
        return seen
    return {module: closure(module, set()) for module in direct}


def main():
    sources = tree.files(".h", ".cpp", under=(*tree.CODE, "tests"))
    uses = linked_modules(tree.files("CMakeLists.txt", under=tree.CODE))
    findings = [line for path in sources for line in check_file(path, tree.read(path), uses)]
    tree.report("layers", findings, len(sources))


if __name__ == "__main__":
    main()
