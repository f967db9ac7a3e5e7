"""Ecto's repositories in config.exs and runtime.exs, and Postgrex by itself.

Source: Ecto, lib/ecto/repo.ex; Postgrex, lib/postgrex.ex (start_link).
"""

import re
from collections.abc import Iterator, Mapping

from tlscheck.drivers.placeholder import marked
from tlscheck.formats.literals.source import Call, Code
from tlscheck.formats.node import Node
from tlscheck.formats.spoken import Saying

_TELL = {"hostname", "url", "ssl", "ssl_opts", "socket_dir", "endpoints"}
_OTHERS = re.compile(r".*(MyXQL|Tds|SQLite3?|ClickHouse|Mongo).*")


def repositories(source: Code) -> Iterator[Saying]:
    """Each repository that is configured, and each connection that is made."""
    for call in source.calls:
        said = _said(call)
        if call.name == "config" and said.keys() & _TELL and _is_repository(call, said):
            yield _saying(("config", *_names(call)), call, said)
        elif call.name.endswith("Postgrex.start_link"):
            yield _saying((call.name,), call, said)


def _said(call: Call) -> dict[str, Node]:
    """Its words, with brackets around them or without."""
    said = dict(call.named)
    for each in call.positional:
        if isinstance(each.content, dict):
            said |= each.content
    return said


def _names(call: Call) -> tuple[str, ...]:
    texts = (each for each in call.positional if not isinstance(each.content, Mapping))
    return tuple(name for each in texts for name in marked(str(each.content)) or (str(each.content),))


def _is_repository(call: Call, said: Mapping[str, Node]) -> bool:
    names = _names(call)
    adapter = said["adapter"].content if "adapter" in said else ""
    is_other = _OTHERS.fullmatch(str(adapter))
    # A repository may have any name; an endpoint of Phoenix has a url, too.
    is_told = "Postgres" in str(adapter) or bool({"hostname", "database"} & said.keys())
    return len(names) > 1 and ("Repo" in names[-1] or is_told) and not is_other


def _saying(path: tuple[str, ...], call: Call, said: Mapping[str, Node]) -> Saying:
    options = dict(said)
    url = options.pop("url", None)
    return Saying(path, call.line, url, options, speaker="postgrex")
