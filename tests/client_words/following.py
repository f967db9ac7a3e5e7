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
_NODE = re.compile(r"(?:new Client\(|postgres\(\.\.\., )\{ \.\.\., ssl: \{ (?P<members>.*) \} \}\)")
_WITHIN = re.compile(r"(?:(?P<key>\w+): )?\{ (?:\.\.\., )?ssl: \{ (?P<members>.*) \} \}")
_READ = re.compile(r'fs\.readFileSync\((?P<path>"(?:[^"\\]|\\.)*"), "utf8"\)')
_RUST = re.compile(
    r"(?P<mode>\??sslmode=require) and, with postgres-openssl, builder\.set_ca_file\((?P<path>\"[^\"]*\")\)"
    r"(?P<nameless> and connection\.set_verify_hostname\(false\))?"
)
_ELIXIR = re.compile(r'ssl: \[cacertfile: (?P<path>"[^"]*")(?P<nameless>, server_name_indication: :disable)?\]')
_OLD_ELIXIR = re.compile(
    r'ssl: true, ssl_opts: \[verify: :verify_peer, cacertfile: (?P<path>"[^"]*"),'
    r' server_name_indication: ~c(?P<name>"[^"]*")\]'
)
_ODYSSEY = re.compile(r'tls "(?P<mode>\w+)" tls_ca_file (?P<path>"[^"]*")')
_OF_POOLERS = ("server_tls_", "tls_verify=")
_KEYWORD = re.compile(r"([A-Za-z_]+)=('(?:[^'\\]|\\.)*'|\S*)")


class NotFollowedError(Exception):
    """A line that nobody could follow."""


def followed(words: Words, fix: Fix, host: str) -> Words:
    """The words after the fix; `host` is the one that stands in them."""
    if fix.host:
        options = {name: _moved(value, host, fix.host) for name, value in words.options.items()}
        words = replace(words, text=words.text.replace(host, fix.host), options=options)
    line, dropped = fix.line, _dropped(fix.where)
    if not line:
        return words
    if rust := _RUST.fullmatch(line):
        return _in_rust(words, fix, rust, host)
    if line.startswith("?") and (" " in line):
        raise NotFollowedError(line)
    if line.startswith("?"):
        return _in_url(words, line[1:], dropped)
    words = _without(words, dropped)
    if done := _in_code(words, fix, dropped, host):
        return done
    _, is_tail, tail = line.partition(":...;")  # the end of a DSN of PDO or DBI
    if is_tail or ";" in line:
        return replace(words, text=_in_pairs(words.text, tail or line, dropped))
    if not re.fullmatch(rf"(?:{_KEYWORD.pattern}\s*)+", line):
        raise NotFollowedError(line)
    return replace(words, text=_in_keywords(words.text, line, dropped))


def _in_code(  # noqa: PLR0911 - one return for each shape of a line
    words: Words, fix: Fix, dropped: set[str], host: str
) -> Words | None:
    """The words after a line that is a call, an object or a setting of the program; None for any other."""
    line = fix.line
    if context := _CONTEXT.fullmatch(line):
        made = f"{{'cafile': {context['cafile']}, 'check_hostname': False}}"
        return followed(
            words, replace(fix, line=re.sub(r"\bcontext\b", made, context["call"]), host="", where=""), host
        )
    if object_of := _NODE.fullmatch(line) or _WITHIN.fullmatch(line):
        return _with_ssl(words, object_of)
    if call := _CALL.fullmatch(line):
        return _with_options(words, _arguments(call["arguments"]))
    if elixir := _ELIXIR.fullmatch(line):
        return _in_elixir(words, elixir, dropped)
    if old := _OLD_ELIXIR.fullmatch(line):
        names = {"verify": ":verify_peer", "server_name_indication": json.loads(old["name"])}
        return _with_options(words, {"ssl": True, "ssl_opts": {**names, "cacertfile": json.loads(old["path"])}})
    if odyssey := _ODYSSEY.fullmatch(line):
        return _with_options(words, {"tls": odyssey["mode"], "tls_ca_file": json.loads(odyssey["path"])})
    if line.startswith(_OF_POOLERS):
        return _with_options(words, {name: value.strip('"') for name, value in _KEYWORD.findall(line)})
    if line.startswith('"ConnectionParameters": '):
        return _with_options(words, json.loads(line.partition(": ")[2]))
    return None


def _without(words: Words, dropped: set[str]) -> Words:
    """Without the words that are to be taken out, wherever they stand."""
    text = words.text
    if "://" in text:
        text = _url(text, "", dropped)
    elif text:
        pattern = "|".join(dropped)
        text = re.sub(rf"(?<!\S)(?:{pattern})=(?:'[^']*'|\S*)", "", text) if dropped else text
    return replace(words, text=text, options=_freed(words.options, dropped))


def _freed(options: Mapping[str, object], dropped: set[str]) -> dict[str, object]:
    """Options without such names, in the URLs and objects among them too."""
    found: dict[str, object] = {}
    for name, value in options.items():
        if isinstance(value, Mapping):
            found[name] = _freed(value, dropped)
        elif isinstance(value, str) and "://" in value:
            found[name] = _url(value, "", dropped)
        else:
            found[name] = value
    return {name: value for name, value in found.items() if name not in dropped}


def _moved(value: object, host: str, to: str) -> object:
    """A value with another host in its place, or in its URL."""
    if isinstance(value, Mapping):
        return {name: _moved(each, host, to) for name, each in value.items()}
    if isinstance(value, str) and (value == host or "://" in value):
        return value.replace(host, to)
    return value


def _in_rust(words: Words, fix: Fix, rust: re.Match[str], host: str) -> Words:
    """The string says the mode, and the program makes another connector."""
    connector: dict[str, object] = {"connector": "openssl", "ca": json.loads(rust["path"])}
    connector |= {"danger_accept_invalid_hostnames": True} if rust["nameless"] else {}
    said = followed(replace(words, options={}), replace(fix, line=rust["mode"], host=""), host)
    return replace(said, options=connector)


def _in_elixir(words: Words, elixir: re.Match[str], dropped: set[str]) -> Words:
    ssl = {"cacertfile": json.loads(elixir["path"])}
    ssl |= {"server_name_indication": ":disable"} if elixir["nameless"] else {}
    before, _, query = words.text.partition("?")
    kept = "&".join(pair for pair in query.split("&") if pair.partition("=")[0] not in dropped)
    return _with_options(replace(words, text=f"{before}?{kept}" if kept else before), {"ssl": ssl})


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


def _with_ssl(words: Words, found: re.Match[str]) -> Words:
    """Into the options themselves, the object of a name among them, or the one that is there."""
    members = _members(found["members"])
    if found.re is _NODE:
        return _with_options(words, {"ssl": members})
    name = found["key"] or next(each for each, value in words.options.items() if isinstance(value, Mapping))
    inner = words.options.get(name, {})
    assert isinstance(inner, Mapping)
    return _with_options(words, {name: {**inner, "ssl": members}})


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
