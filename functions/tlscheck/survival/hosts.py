"""A client of several hosts, host by host: all of them must be survived, since it may meet each."""

from collections.abc import Sequence
from dataclasses import replace

from tlscheck.drivers.connection import Connection
from tlscheck.survival.assessment import About, Assessment, Outlook, Scenario, decided, worst


def one_by_one(connection: Connection) -> tuple[Connection, ...]:
    """The same connection to each of its hosts alone, in its order."""
    alone = replace(connection, others=())
    others = (replace(alone, host=each.host, port=each.port, address=each.address) for each in connection.others)
    return (alone, *others)


def together(connection: Connection, assessments: Sequence[Assessment], about: About) -> Assessment:
    """What is said of the client: in each scenario what happens at the host that is the worst for it, by name."""
    first = assessments[0]
    if len(assessments) == 1:
        return first
    outlooks = tuple(_worst(assessments, scenario) for scenario in Scenario)
    return Assessment(
        connection,
        decided(outlooks, about),
        outlooks,
        tuple(dict.fromkeys(place for each in assessments for place in each.looked)),
        "; ".join(dict.fromkeys(each.found for each in assessments if each.found)),
        tuple(dict.fromkeys(rule for each in assessments for rule in each.rules)),
        tuple(found for each in assessments for found in each.file),
    )


def _worst(assessments: Sequence[Assessment], scenario: Scenario) -> Outlook:
    outlooks = [each.outlook(scenario) for each in assessments]
    verdict = worst([each.verdict for each in outlooks])
    names = [each.connection.host for each in assessments]
    at, outlook = next(
        (_named(each.connection, names), outlook)
        for each, outlook in zip(assessments, outlooks, strict=True)
        if outlook.verdict is verdict
    )
    if len({each.why for each in outlooks}) == 1:
        return outlook
    return replace(outlook, why=f"At {at}: {outlook.why}")


def _named(connection: Connection, names: Sequence[str]) -> str:
    """By its name, and where two have that by its port."""
    if not connection.host:
        return "a host that is not said"
    if connection.is_local:
        return "a unix socket"
    return f"{connection.host}:{connection.port}" if names.count(connection.host) > 1 else connection.host
