"""From a client's words and what was found on its machine to all that can be said of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.server_name import is_named
from tlscheck.drivers.table import MODELS
from tlscheck.formats.reading import Located
from tlscheck.inventory.names import endpoint_name
from tlscheck.survival.assessment import LookInto, assess
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.fixes import fix
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Seen, Sought
from tlscheck.trust.target_roots import TargetRoots, is_trusted, target
from tlscheck.trust.trust_store import Authority, Entry, TrustStore

type Found = TrustStore | Roots
"""What lies in a place: a store, or why there is none."""

type Find = Callable[[Sought, Family], tuple[Found, str]]
"""What lies in a place, and that in words."""


def region_for(connection: Connection, question: Question) -> str | None:
    """The Region that was named, or that the endpoint's name tells, or else the host's."""
    if question.region:
        return question.region
    server = endpoint_name(question.endpoint) or endpoint_name(connection.host)
    return server.region if server else None


def answer(
    connection: Connection, question: Question, known: Sequence[Entry], find: Find, now: datetime
) -> Answer:
    """What happens to this client, and what to change."""
    server = endpoint_name(question.endpoint or connection.host)
    through_proxy = server is not None and server.is_proxy
    region = server.region if server and through_proxy else region_for(connection, question)

    def goal(authority: str) -> TargetRoots:
        return target(known, region, Authority(authority) if authority else None, is_proxy=through_proxy)

    assessment = assess(
        connection,
        _look(connection, goal(question.present), find, now),
        _look(connection, goal(question.target), find, now),
        is_named(connection, question.endpoint),
        question.about,
    )
    # Of a Region without roots of its own in tlscheck, a proxy's store is built without them.
    of = region if not through_proxy or any(root.region == region for root in known) else None
    roots = goal(question.target).roots
    return Answer(
        assessment,
        fix(assessment, of if roots else region, question.target, is_proxy=through_proxy, has_roots=bool(roots)),
        region=region,
    )


def answers(
    found: Sequence[Located], question: Question, known: Sequence[Entry], find: Find, now: datetime
) -> tuple[list[Answer], list[Located]]:
    """The same of all that could be read, in the order in which they were found; and those that could not."""
    told = [
        replace(answer(each.connection, question, known, find, now), found_at=each.spot)
        for each in found
        if each.connection
    ]
    return told, [each for each in found if not each.connection]


def _look(connection: Connection, goal: TargetRoots, find: Find, now: datetime) -> LookInto:
    family = connection.driver.family

    def look(place: Sought) -> Seen:
        found, words = find(place, family)
        if isinstance(found, TrustStore):
            trusted, why = is_trusted(found, goal, MODELS[family].readers, now)
            return Seen(Roots.FOUND, trusted, f"{words}: {why}")
        return Seen(found, None if found is Roots.UNKNOWN else False, words)

    return look
