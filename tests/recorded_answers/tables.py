"""The table of behaviour, row by row, and the names that drivers are known by."""

import json
from collections.abc import Iterator

from tlscheck.drivers.behaviour import Rule
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.recognition import named
from tlscheck.drivers.server_name import is_named
from tlscheck.drivers.table import MODELS
from tlscheck.inventory.bad_request import BadRequest

from tests.recorded_answers.questions import ENDPOINT, SHORT, shortened


def rows(family: str) -> Iterator[str]:
    """The lines of a record that answer a family's name."""
    model = MODELS[Family(family)]
    yield f"reads files as {', '.join(model.readers)}"
    if model.system_store:
        yield f"its system's store: {model.system_store}"
    yield from map(_row, model.rules)
    if model.on_socket:
        yield from dict.fromkeys(f"over a socket {_row(model.on_socket(rule))}" for rule in model.rules)


def _row(rule: Rule) -> str:
    modes = " | ".join(mode or "(default)" for mode in rule.modes)
    place = rule.place
    parts = [modes, rule.versions, rule.basis, rule.transport, f"verifies {rule.verifies}"]
    parts += [f"roots: {place.looks}; none: {place.no_roots}; missing: {place.missing}; broken: {place.broken}"]
    parts += [f"refuses: {rule.refuses}"] * bool(rule.refuses)
    return " / ".join(parts)


def carried(line: str) -> Iterator[str]:
    """The line of a record that answers a host, an expected name, an endpoint, and what handshakes showed."""
    host, name, endpoint, shown = json.loads(line.replace(SHORT, ENDPOINT))
    is_carried, why = is_named(Connection(Driver.LIBPQ, host, expected_name=name), endpoint, shown)
    yield shortened(f"{is_carried}: {why}")


def whose(name: str) -> Iterator[str]:
    """The line of a record that answers a name, as --driver takes it."""
    try:
        driver, framework = named(name)
    except BadRequest as what:
        yield str(what)
        return
    yield f"{driver}, {driver.family}" if driver else framework
