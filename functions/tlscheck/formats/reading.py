"""Every connection of a document, read as its driver reads it; or why it can't be."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tlscheck.drivers.connection import LONGEST_INPUT, Connection, cannot_be_read
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection
from tlscheck.drivers.written import Written
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.form import Form
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.wording import listed

MOST = 1000
"""Connections of one document."""

MOST_TOLD = 20
"""Places that one error names."""

_SAYS_PLACE = re.compile(r"(url|uri|connectionString), which |use_env_variable$")
"""What is not known of a connection, where that says the host."""

_WORDS = re.compile(
    r"((jdbc:)?[a-z0-9:+-]+://\S*|(host|hostaddr|dbname|user|service|port|sslmode) ?=[^\n]*|Host=[^\n]*;[^\n]*)?"
)
"""What is a driver's words by itself: no format of files needs to be asked."""


@dataclass(frozen=True, slots=True)
class Located:
    """A connection and where it stands; without one, why it could not be read."""

    spot: Spot
    connection: Connection | None = None
    refused: str = ""


def located(configuration: Configuration) -> tuple[Located, ...]:
    """What stands in a document, or the one connection that it is. Raises BadRequest, with no value of it."""
    if len(configuration.text) > LONGEST_INPUT:
        raise cannot_be_read("a connection", f"it is longer than {LONGEST_INPUT} characters")
    form = _form(configuration)
    if form is None:
        return (Located(Spot(file=configuration.path), connection(configuration.given)),)
    if configuration.given.options:
        raise BadRequest(f"options: they belong to a connection by itself; {form.name} says its own")
    found = _located_by(form, configuration)
    if not found:
        raise cannot_be_read(form.name, "it holds no connection to PostgreSQL")
    return found


def located_in_all(documents: Iterable[Configuration | Located]) -> tuple[Located, ...]:
    """What stands in several documents, some of which could not even be opened; what can't be read is told in its
    place. Raises BadRequest, which names the places, where nothing of them can be read."""
    found = [place for each in documents for place in _all_of(each)]
    if any(each.connection for each in found):
        return tuple(found)
    told = [": ".join(filter(None, (str(each.spot), each.refused))) for each in found]
    raise BadRequest(listed(told, MOST_TOLD))


def _all_of(document: Configuration | Located) -> tuple[Located, ...]:
    if isinstance(document, Located):
        return (document,)
    try:
        return located(document)
    except BadRequest as what:
        return (Located(Spot(file=document.path), refused=str(what)),)


def located_in_repository(documents: Iterable[Configuration]) -> tuple[Located, ...]:
    """What stands in those that are known to hold connections; those that hold none are passed over."""
    return tuple(place for each in documents for place in _any_of(each))


def _any_of(document: Configuration) -> tuple[Located, ...]:
    form = _form(document) if len(document.text) <= LONGEST_INPUT else None
    try:
        return _located_by(form, document) if form else ()
    except BadRequest as what:
        return (Located(Spot(file=document.path), refused=str(what)),)


def read_all(configuration: Configuration) -> tuple[Connection, ...]:
    """The connections of a document, all of which can be read. Raises BadRequest, with no value of it."""
    found = located(configuration)
    for each in found:
        if each.refused:
            raise BadRequest(f"{each.spot.path}: {each.refused}" if each.spot.path else each.refused)
    return tuple(each.connection for each in found if each.connection)


def _form(configuration: Configuration) -> Form | None:
    if not configuration.name and _WORDS.fullmatch(configuration.text.strip()):
        return None
    from tlscheck.formats.table import FORMATS  # noqa: PLC0415 - a third of the package, which words do without

    return next((each for each in FORMATS if each.recognises(configuration)), None)


def _located_by(form: Form, configuration: Configuration) -> tuple[Located, ...]:
    found = tuple(form.find(configuration))
    if len(found) > MOST:
        raise cannot_be_read(form.name, f"it holds more than {MOST} connections")
    return tuple(_located(each, configuration.path) for each in found)


def _written(found: Occurrence, spot: Spot) -> Written:
    within = " of ".join(filter(None, (found.written.within, spot.file))) if found.written.within else ""
    has_beside = bool(found.words.text and found.words.options)
    return replace(found.written, at=spot.told, within=within, has_beside=has_beside)


def _located(found: Occurrence | Refused, file: str) -> Located:
    spot = replace(found.spot, file=file)
    if isinstance(found, Refused):
        return Located(spot, refused=found.why)
    words, is_said = found.words, bool(found.words.text or found.words.options)
    # Of words that say nothing by themselves no default is told.
    read = Connection(words.driver or Driver.LIBPQ, version=words.version, framework=words.framework)
    try:
        read = connection(words) if is_said or not found.unknown else read
    except BadRequest as what:
        # What is not known may be what its driver misses; who reads it must be said.
        if not found.unknown or not (words.driver or words.framework):
            return Located(spot, refused=str(what))
    if any(_SAYS_PLACE.match(each) for each in (*read.unknown, *found.unknown)):
        read = replace(read, host="", others=())  # a default is no place
    return Located(
        spot,
        replace(
            read,
            label=read.label or found.spot.path,
            unknown=(*read.unknown, *found.unknown),
            ignored=(*read.ignored, *found.ignored),
            notes=(*read.notes, *found.notes),
            written=_written(found, spot),
        ),
    )
