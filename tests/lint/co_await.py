#!/usr/bin/python3
"""The coroutine rules that a reader of text can check (CONTRIBUTING.md, Coroutines):
a statement with co_await has no '{', no '[' and no constructor call; a coroutine takes values or non-const
references, to which no temporary binds; a lambda coroutine captures nothing."""

import re

import tree

_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M)
_ENDS_BEFORE_BLOCK = re.compile(
    r"(?:^|[;{}):\]]|\b(?:else|do|try|const|noexcept|override|final|mutable))\s*$"
    r"|\)[\w\s]*->[^(){};]*$")
_TYPE_OR_NAMESPACE = re.compile(r"^[^(=]*\b(?:namespace|struct|class|enum|union|extern|requires)\b")
_CONSTRUCTOR = re.compile(
    r"(?<![\w.>])(?:[a-z_0-9]+::)*(?:(?!CO_TRY|TRY|CHECK_OK|EXPECT_|ASSERT_)[A-Z]\w*"
    r"|std::(?:string|vector|optional|pair|tuple|function|array|map|set|variant|(?:unique|shared)_ptr"
    r"|unordered_map|unordered_set))\s*(?:<[^;(){}]*>)?\s*\(")
_COROUTINE = re.compile(r"\bAwaitable<[^;{}=]*?>\s+(?:\w+::)*(\w+)\s*\(")
_LAMBDA = re.compile(r"\[([^\[\]]+)\]\s*(?:\([^(){}]*\))?\s*(?:mutable\s*)?->\s*(?:\w+::)*Awaitable\b")


def opens_block(before):
    """Whether the '{' after this text begins a block and not an initialiser."""
    return bool(_ENDS_BEFORE_BLOCK.search(before) or _TYPE_OR_NAMESPACE.search(before))


def closing_brace(text, opening, end):
    depth = 0
    for at in range(opening, end):
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        if not depth:
            return at
    return end


def statements(text, begin, end):
    """(offset, statement) of bare C++ text. The body of a lambda is statements of its own; its braces and
    those of an initialiser stay in the statement around."""
    start, at, depth, kept = begin, begin, 0, []

    def whole(stop):
        return start, "".join(kept) + text[start + sum(map(len, kept)):stop]

    while at < end:
        sign = text[at]
        if sign == "{" and opens_block(text[start:at]):
            close = closing_brace(text, at, end)
            if depth:
                kept = [whole(at + 1)[1] + " " * (close - at - 1)]
            else:
                yield whole(at)
                start, kept = close + 1, []
            yield from statements(text, at + 1, close)
            at = close
        elif sign in "({":
            depth += 1
        elif sign in ")}":
            depth -= 1
        elif sign == ";" and not depth:
            yield whole(at)
            start, kept = at + 1, []
        at += 1
    yield whole(end)


def parameters(text, opening):
    """The parameter list whose '(' stands at `opening`, split at its top-level commas."""
    depth, begin, parts = 0, opening + 1, []
    for at in range(opening, len(text)):
        if text[at] in "(<{[":
            depth += 1
        elif text[at] in ")}]" or (text[at] == ">" and text[at - 1] != "-"):
            depth -= 1
        if not depth or (depth == 1 and text[at] == ","):
            parts.append(text[begin:at].strip())
            begin = at + 1
        if not depth:
            break
    return [part for part in parts if part]


def binds_to_a_temporary(parameter):
    outer, inner = parameter.split("=")[0], None
    while outer != inner:
        inner, outer = outer, re.sub(r"<[^<>]*>", " ", outer)
    return bool(re.search(r"&&|\bconst\b[^&]*&", outer))


def check_file(path, source):
    text = _DIRECTIVE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), tree.bare_cpp(source))
    found = []

    def say(offset, sentence):
        found.append(f"{path}:{tree.line_of(text, offset)}: {sentence}")

    for start, statement in statements(text, 0, len(text)):
        at = statement.find("co_await")
        if at < 0:
            continue
        plain = re.sub(r"\[\[.*?\]\]", " ", statement)
        if "{" in plain:
            say(start + at, "a statement with co_await holds a brace: name the value first")
        if "[" in plain:
            say(start + at, "a statement with co_await holds a '[': name the value first")
        call = _CONSTRUCTOR.search(plain)
        if call:
            say(start + at, f"a statement with co_await calls a constructor: {call.group().strip()}")
    for match in _COROUTINE.finditer(text):
        for parameter in parameters(text, match.end() - 1):
            if binds_to_a_temporary(parameter):
                say(match.start(), f"coroutine {match.group(1)} takes '{' '.join(parameter.split())}': "
                                   "take it by value")
    for match in _LAMBDA.finditer(text):
        say(match.start(), f"a lambda coroutine captures [{match.group(1)}]: use a named function")
    return found


def main():
    sources = [path for path in tree.files(".h", ".cpp", under=(*tree.CODE, "tests"))
               if not path.startswith("tests/canary/")]
    findings = [line for path in sources for line in check_file(path, tree.read(path))]
    tree.report("co_await", findings, len(sources))


if __name__ == "__main__":
    main()
