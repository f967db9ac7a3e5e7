"""Words of others in sentences of ours: made harmless, bounded, and listed."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

MOST_QUOTED = 63
"""Characters of a quoted name: as long as PostgreSQL's own names can be."""

MOST_DETAIL = 300
"""Characters of another party's explanation that a reason repeats."""

OWNERS = "brought by the owner of this deployment"
"""Said of each root that is not of AWS's bundles as tlscheck has them (`make trust-store EXTRA=`)."""


def plain(text: str, most: int = MOST_DETAIL) -> str:
    """The text on one line and cut to `most` characters, without control, direction or unassigned characters."""
    return cut(" ".join(harmless(text).split()), most)


def harmless(text: str) -> str:
    """The same, neither folded nor cut: a blank for each such character."""
    if text.isascii() and text.isprintable():
        return text  # as nearly all are: letter by letter takes a tenth of the time that a judgement does
    return "".join(character if _is_harmless(character) else " " for character in text)


def sendable(document: object) -> object:
    """A JSON document without halves of UTF-16's pairs, which files and arguments may hold and UTF-8 cannot."""
    match document:
        case str():
            return document.encode("utf-8", "replace").decode()
        case dict():
            return {sendable(key): sendable(value) for key, value in document.items()}
        case list():
            return [sendable(each) for each in document]
        case _:
            return document


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis: never more than `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def quoted(text: str) -> str:
    """A name that someone else chose, so marked that where it ends can be seen."""
    return '"' + plain(text, MOST_QUOTED).replace('"', "'") + '"'


def listed(items: Iterable[str], most: int, of: int | None = None) -> str:
    """`a; b; and 3 more`: at most `most` of them are named; `of` so many, where only the first were worded."""
    named = list(items)
    rest = (len(named) if of is None else of) - most
    return "; ".join(named[:most] + ([f"and {rest} more"] if rest > 0 else []))


def sentence(text: str) -> str:
    """The text with a full stop, so that another sentence can follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def joined(*sentences: str) -> str:
    """The sentences that there are, one after another: those that are not needed are empty."""
    return " ".join(filter(None, sentences))


def clause(text: str) -> str:
    """Somebody's sentence as the rest of one of ours, after a colon."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def day(moment: datetime) -> str:
    """The day in UTC, as 2027-01-31: what a reason says must not change from one hour to the next."""
    return moment.astimezone(UTC).date().isoformat()


OF_A_SAMPLE = (", at the last full sweep", ", unless rds.force_ssl was changed since")
"""What a sample says of what AWS's API told: when, and what may be by now."""

_FLEETING = re.compile(
    r"(?P<seen>, last (refused|broke off|(seen )?with(out)? TLS(v1(\.\d)?)?)) on \d{4}-\d\d-\d\d|"
    + "|".join(OF_A_SAMPLE)
    + r"|, and a look shows only its moment"
    r"| [\d,]+ clients? seen by [\d,]+ looks? in \d+ days?(, and [\d,]+ more by its log alone)?; "
    r"[^;%]{1,60} would be missed with [a-z ]{0,10}\d+ %"
    r"(: (turn on log_connections|export its log) to see it \([^()]{1,80}\))?\."
    r"| [\d,]+ clients? in \d+ days? of log: complete for that window\."
    r"|(?<= [Ii]ts log covers nothing before )\d{4}-\d\d-\d\d",
    re.ASCII,
)


def lasting(text: str) -> str:
    """The text without what changes from day to day, and from a full sweep to a sample, where nothing else does:
    the day on which a client was seen or refused last, and how old the API's answer is."""
    return _FLEETING.sub(lambda found: found["seen"] or "", text)


def counted(count: int, noun: str) -> str:
    """`1 client`, `2 clients`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def span(time: timedelta) -> str:
    """`1 minute`, `15 minutes`, `4 hours`: as few units as tell it, rounded up to a minute."""
    minutes = -(-time // timedelta(minutes=1))
    return counted(minutes, "minute") if minutes % 60 else counted(minutes // 60, "hour")


def _is_harmless(character: str) -> bool:
    # of blanks the common one stands for itself
    return unicodedata.category(character)[0] not in "CZ"
