"""Ecto's repositories in config.exs and runtime.exs, and Postgrex by itself.

Source: Ecto, lib/ecto/repo.ex; Postgrex, lib/postgrex.ex (start_link).
"""

import re
from collections.abc import Iterator

from tlscheck.drivers.placeholder import marked
from tlscheck.formats.literals.source import Call, Code
from tlscheck.formats.spoken import Saying

_TELL = {"hostname", "url", "ssl", "ssl_opts", "socket_dir", "endpoints"}
_OTHERS = re.compile(r".*(MyXQL|Tds|SQLite3?|ClickHouse|Mongo).*")


def repositories(source: Code) -> Iterator[Saying]:
    """Each repository that is configured, and each connection that is made."""
    for call in source.calls:
        if call.name == "config" and call.named.keys() & _TELL and _is_repository(call):
            yield _saying(("config", *_names(call)), call)
        elif call.name.endswith("Postgrex.start_link"):
            yield _saying((call.name,), call)


def _names(call: Call) -> tuple[str, ...]:
    return tuple(name for each in call.positional for name in marked(str(each.content)) or (str(each.content),))


def _is_repository(call: Call) -> bool:
    names = _names(call)
    adapter = call.named["adapter"].content if "adapter" in call.named else ""
    is_other = _OTHERS.fullmatch(str(adapter))
    # A repository may have any name; an endpoint of Phoenix has a url, too.
    is_told = "Postgres" in str(adapter) or bool({"hostname", "database"} & call.named.keys())
    return len(names) > 1 and ("Repo" in names[-1] or is_told) and not is_other


def _saying(path: tuple[str, ...], call: Call) -> Saying:
    options = dict(call.named)
    for each in call.positional:
        if isinstance(each.content, dict):
            options |= each.content
    url = options.pop("url", None)
    return Saying(path, call.line, url, options, speaker="postgrex")
