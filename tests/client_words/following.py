"""A person who does what a printed fix says: writes its line into the client's own words, and nothing else.

Only what is printed is looked at. A line of a shape that is not known here is a fault of whoever prints it.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import replace

from tlscheck.drivers.words import Words
from tlscheck.survival.fixes import Fix

_CALL = re.compile(r"[\w.+]+\(\.\.\., (?P<arguments>.*)\)", re.DOTALL)
_CONTEXT = re.compile(
    r"context = ssl\.create_default_context\(cafile=(?P<cafile>.*?)\);"
    r" context\.check_hostname = False; (?P<call>.*)"
)
_NODE = re.compile(r"new Client\(\{ \.\.\., ssl: \{ (?P<members>.*) \} \}\)")
_READ = re.compile(r'fs\.readFileSync\((?P<path>"(?:[^"\\]|\\.)*"), "utf8"\)')
_KEYWORD = re.compile(r"([A-Za-z_]+)=('(?:[^'\\]|\\.)*'|\S*)")


class NotFollowedError(Exception):
    """A line that nobody could follow."""


def followed(  # noqa: C901, PLR0911 - one return for each shape of a line
    words: Words, fix: Fix, host: str
) -> Words:
    """The words after the fix; `host` is the one that stands in them."""
    if fix.host:
        options = {name: fix.host if value == host else value for name, value in words.options.items()}
        words = replace(words, text=words.text.replace(host, fix.host), options=options)
    line, dropped = fix.line, _dropped(fix.where)
    if not line:
        return words
    if line.startswith("?") and (" " in line):
        raise NotFollowedError(line)
    if line.startswith("?"):
        return _in_url(words, line[1:], dropped)
    words = _without(words, dropped)
    if context := _CONTEXT.fullmatch(line):
        made = f"{{'cafile': {context['cafile']}, 'check_hostname': False}}"
        return followed(
            words, replace(fix, line=re.sub(r"\bcontext\b", made, context["call"]), host="", where=""), host
        )
    if call := _CALL.fullmatch(line):
        return _with_options(words, _arguments(call["arguments"]))
    if node := _NODE.fullmatch(line):
        return _with_options(words, {"ssl": _members(node["members"])})
    if line.startswith('"ConnectionParameters": '):
        return _with_options(words, json.loads(line.partition(": ")[2]))
    _, is_tail, tail = line.partition(":...;")  # the end of a DSN of PDO or DBI
    if is_tail or ";" in line:
        return replace(words, text=_in_pairs(words.text, tail or line, dropped))
    if not re.fullmatch(rf"(?:{_KEYWORD.pattern}\s*)+", line):
        raise NotFollowedError(line)
    return replace(words, text=_in_keywords(words.text, line, dropped))


def _without(words: Words, dropped: set[str]) -> Words:
    """Without the words that are to be taken out, wherever they stand."""
    text = words.text
    if "://" in text:
        text = _url(text, "", dropped)
    elif text:
        pattern = "|".join(dropped)
        text = re.sub(rf"(?<!\S)(?:{pattern})=(?:'[^']*'|\S*)", "", text) if dropped else text
    return replace(
        words, text=text, options={name: value for name, value in words.options.items() if name not in dropped}
    )


def _dropped(where: str) -> set[str]:
    taken = re.search(r"Take out ([\w, ]+?)\.", where)
    instead = re.search(r"in place of what that says of ([\w, ]+?);", where)
    return {name for found in (taken, instead) if found for name in re.split(", | and ", found[1])}


def _in_url(words: Words, line: str, dropped: set[str]) -> Words:
    """The URL is the text, or stands in one of the options."""
    if "://" in words.text:
        return replace(words, text=_url(words.text, line, dropped))
    for name, value in words.options.items():
        if isinstance(value, str) and "://" in value:
            return _with_options(words, {name: _url(value, line, dropped)})
        if isinstance(value, Mapping):
            inner = _in_url(Words(options=value), line, dropped)
            return _with_options(words, {name: dict(inner.options)})
    raise NotFollowedError(f"?{line}: there is no URL")


def _url(url: str, line: str, dropped: set[str]) -> str:
    before, _, query = url.partition("?")
    kept = [pair for pair in query.split("&") if pair and pair.partition("=")[0] not in dropped]
    query = "&".join(filter(None, [*kept, line]))
    return f"{before}?{query}" if query else before


def _with_options(words: Words, said: Mapping[str, object]) -> Words:
    return replace(words, options={**words.options, **said})


def _arguments(text: str) -> dict[str, object]:
    """Of a call in Python: constants, and ssl.create_default_context(cafile=...) as its readers take it."""
    call = ast.parse(f"f({text})", mode="eval").body
    assert isinstance(call, ast.Call)
    said = {str(each.arg): _value(each.value) for each in call.keywords}
    beside = said.pop("connect_args", {})
    assert isinstance(beside, dict)
    return said | beside


def _value(node: ast.expr) -> object:
    if isinstance(node, ast.Call):
        assert ast.unparse(node.func) == "ssl.create_default_context", ast.unparse(node)
        return {str(each.arg): _value(each.value) for each in node.keywords}
    if isinstance(node, ast.Dict):
        return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True) if key}
    return ast.literal_eval(node)


def _members(text: str) -> dict[str, object]:
    """Of an object in JavaScript that has names, texts, and files that are read."""
    plain = _READ.sub(lambda found: json.dumps({"file": json.loads(found["path"])}), text)
    plain = plain.replace("() => undefined", "true")
    found: dict[str, object] = json.loads("{" + re.sub(r"(\w+): ", r'"\1": ', plain) + "}")
    return found


def _in_pairs(text: str, line: str, dropped: set[str]) -> str:
    new = [part for part in line.split(";") if part]
    names = {_plain(part.partition("=")[0]) for part in new} | {_plain(each) for each in dropped}
    kept = [
        part for part in re.findall(r"(?:\{[^}]*\}|[^;])+", text) if _plain(part.partition("=")[0]) not in names
    ]
    return ";".join([*kept, *new])


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "").replace("_", "")


def _in_keywords(text: str, line: str, dropped: set[str]) -> str:
    names = {name for name, _ in _KEYWORD.findall(line)} | dropped
    kept_words = [found[0] for found in _KEYWORD.finditer(text) if found[1] not in names]
    return " ".join([*kept_words, line])
