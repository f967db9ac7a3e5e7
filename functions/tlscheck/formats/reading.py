"""Every connection of a document, read as its driver reads it; or why it can't be."""

from dataclasses import dataclass, replace

from tlscheck.drivers.connection import LONGEST_INPUT, Connection, cannot_be_read
from tlscheck.drivers.recognition import connection
from tlscheck.formats.configuration import Configuration, Occurrence, Refused, Spot
from tlscheck.formats.table import FORMATS
from tlscheck.inventory.bad_request import BadRequest

MOST = 1000
"""Connections of one document."""


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
    form = next((each for each in FORMATS if each.recognises(configuration)), None)
    if form is None:
        return (Located(Spot(), connection(configuration.given)),)
    found = tuple(form.find(configuration))
    if not found:
        raise cannot_be_read(form.name, "it holds no connection to PostgreSQL")
    if len(found) > MOST:
        raise cannot_be_read(form.name, f"it holds more than {MOST} connections")
    return tuple(_located(each) for each in found)


def read_all(configuration: Configuration) -> tuple[Connection, ...]:
    """The connections of a document, all of which can be read. Raises BadRequest, with no value of it."""
    found = located(configuration)
    for each in found:
        if each.refused:
            raise BadRequest(f"{each.spot.path}: {each.refused}" if each.spot.path else each.refused)
    return tuple(each.connection for each in found if each.connection)


def _located(found: Occurrence | Refused) -> Located:
    if isinstance(found, Refused):
        return Located(found.spot, refused=found.why)
    try:
        read = connection(found.words)
    except BadRequest as what:
        return Located(found.spot, refused=str(what))
    return Located(
        found.spot,
        replace(
            read,
            label=read.label or found.spot.path,
            unknown=(*read.unknown, *found.unknown),
            ignored=(*read.ignored, *found.ignored),
            notes=(*read.notes, *found.notes),
        ),
    )
