"""What stands in code as words of its driver or framework; what is computed there is named, and never guessed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.placeholder import marked
from tlscheck.drivers.table import driver as named_driver
from tlscheck.drivers.table import framework
from tlscheck.drivers.word_names import shown
from tlscheck.drivers.words import Words
from tlscheck.drivers.written import Written
from tlscheck.formats.configuration import Occurrence, Refused, Spot
from tlscheck.formats.literals.source import CALLED, SPREAD
from tlscheck.formats.node import Node

type Spoken = Occurrence | Refused

_DECIDES = re.compile(
    r".*(ssl|tls|cert|root|verify|reject|secure|check|ciphers|context|stream)\w*|ca|key|url|uri|dsn|conninfo"
    r"|connection\w*|options|dialect\w*|driver\w*|engine|client|type|provider|protocol|scheme|service\w*|extra"
    r"|query|arg\w*|kwargs|passfile|socket|socketpath|socket_dir",
    re.IGNORECASE | re.DOTALL,
)
"""Names of words that may decide about TLS: where their values are computed, nothing can be said."""

_NEVER = re.compile(
    r"user(name)?|pass(word|wd)?|pwd|database|db|dbname|name|schema|host(name)?|port|max|min|log\w*", re.IGNORECASE
)
"""Names of words that decide nothing wherever they stand, or that the driver's own reader waits for."""

_TELLS = re.compile(r"host\w*|port|server", re.IGNORECASE)
_HINT = re.compile(
    r"postgres|psycopg|pgsql|\bpdo\b|\bpg|dbi:pg|database|datasource|engine|connection|sequelize|knex|drizzle|\brepo\b|\bhost|ssl",
    re.IGNORECASE,
)
_UNDER = dict.fromkeys(("sequelize", "typeorm", "knex", "drizzle"), Driver.NODE)
"""Which driver is named where a framework's own reader can't say it."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One connection as it is said in code, before anything of it is read."""

    path: tuple[str, ...]
    line: int
    text: Node | None = field(default=None, repr=False)
    """Its URL or string."""

    options: Mapping[str, Node] = field(default_factory=dict, repr=False)
    speaker: str = ""
    """The driver or framework whose words these are, by a name that the table knows."""

    unknown: tuple[str, ...] = ()
    """Names of words of which nobody knows what they become."""

    ignored: tuple[str, ...] = ()
    """Names of words that the framework does not hand to its driver."""

    notes: tuple[str, ...] = ()
    written: Written = field(default_factory=Written)
    instead: str = ""
    """Of what is recognised and not modelled: the nearest thing that can be given."""


def may_connect(text: str) -> bool:
    """Whether a file of code can hold a connection at all: it is read only then."""
    return _HINT.search(text) is not None


def found(saying: Saying, given: Words) -> Spoken:
    """The same as its driver or framework reads it."""
    spot = Spot(".".join(each if each.isdecimal() else shown(each) for each in saying.path), saying.line)
    standing_before, driver = framework(saying.speaker), named_driver(saying.speaker)
    if saying.instead or not (standing_before or driver):
        why = f"{saying.speaker} is not modelled; give the words that its driver gets, with --driver"
        return Refused(spot, saying.instead or why)
    unknown = dict.fromkeys(saying.unknown)
    options = dict(_known(saying.options, (), unknown))
    text = str(saying.text.content) if saying.text and isinstance(saying.text.content, str) else ""
    if saying.text and (not text or text.startswith("\ue000")):
        # What it says stands before the options or beside them: nothing can be said of these, either.
        unknown[f"its URL or string, which {_sayers(saying.text)} says"] = None
        text, options = "", {}
    words = replace(
        given,
        text=text,
        driver=driver or _UNDER.get(saying.speaker, given.driver),
        framework=standing_before.name if standing_before else "",
        options=options,
    )
    notes = (*saying.notes, *_notes(saying))
    written = replace(saying.written, within=spot.path) if saying.written.names else saying.written
    return Occurrence(spot, words, tuple(unknown), saying.ignored, notes, written)


def _known(
    options: Mapping[str, Node], path: tuple[str, ...], unknown: dict[str, None]
) -> Iterator[tuple[str, object]]:
    """The options whose values stand there, as plain values; of the others those are named that may decide."""
    for key, node in options.items():
        here = (*path, key)
        if key.startswith(SPREAD):
            unknown[f"what is added to {shown(path[-1]) if path else 'its options'} by {_sayers(node)}"] = None
        elif isinstance(node.content, Mapping) and CALLED in node.content:
            made = _context(node.content)
            if made is None:
                unknown[f"{shown(key)}, which {shown(str(node.content[CALLED].content))} makes"] = None
            else:
                yield key, dict(_known(made, here, unknown))
        elif isinstance(node.content, Mapping):
            yield key, dict(_known(node.content, here, unknown))
        elif _is_computed(node) and not _NEVER.fullmatch(key) and any(_DECIDES.fullmatch(each) for each in here):
            unknown[f"{shown(key)}, which {_sayers(node)} says"] = None
        else:
            yield key, node.plain


def _context(call: Mapping[str, Node]) -> dict[str, Node] | None:
    """An SSLContext of Python as its drivers' readers take it; None for one that is made in another way."""
    said = {name: node for name, node in call.items() if name not in {CALLED, "purpose", "0"}}
    match str(call[CALLED].content).rpartition(".")[2]:
        case "create_default_context":
            return said
        case "_create_unverified_context":
            return {"check_hostname": Node(False), "verify_mode": Node("CERT_NONE"), **said}
        case _:
            return None


def _is_computed(node: Node) -> bool:
    if isinstance(node.content, tuple):
        return any(_is_computed(each) for each in node.content)
    return isinstance(node.content, str) and "\ue000" in node.content


def _sayers(node: Node) -> str:
    names = [name for _, each in node.walk() if isinstance(each.content, str) for name in marked(each.content)]
    return " and ".join(dict.fromkeys(names)) or "an expression"


def _notes(saying: Saying) -> Iterator[str]:
    nodes = [((), saying.text), *(((name,), node) for name, node in saying.options.items())]
    taken = [
        shown(each.default_of)
        for path, node in nodes
        if node
        for keys, each in node.walk(path)
        if each.default_of and (not keys or any(_TELLS.fullmatch(key) or _DECIDES.fullmatch(key) for key in keys))
    ]
    if taken:
        yield f"Of {', '.join(dict.fromkeys(taken))} the default is taken: another value makes another answer."
