"""From a client's words and what was found on its machine to all that can be said of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Family
from tlscheck.drivers.server_name import is_named
from tlscheck.drivers.table import MODELS
from tlscheck.formats.reading import Located
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.inventory.names import endpoint_name
from tlscheck.survival import questions
from tlscheck.survival.assessment import Assessment, LookInto, assess
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.fixes import Purpose, fix
from tlscheck.survival.hosts import one_by_one, together
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Seen, Sought
from tlscheck.trust.target_roots import TargetRoots, is_trusted, target
from tlscheck.trust.trust_store import Authority, Entry, TrustStore

type Found = TrustStore | Roots
"""What lies in a place: a store, or why there is none."""

type Find = Callable[[Sought, Family], tuple[Found, str]]
"""What lies in a place, and that in words."""


def region_for(connection: Connection, question: Question) -> str | None:
    """The Region that was named, or that the endpoint's name tells, or else the host's, or else the name's.

    Raises BadRequest where a name of AWS's and the Region that was named contradict each other.
    """
    names = (question.endpoint, connection.host, connection.expected_name)
    server = next((found for each in names if (found := endpoint_name(each))), None)
    if server is None:
        return question.region
    if question.region not in {None, server.region}:
        raise BadRequest(
            f"region: it is {question.region}, and the endpoint's name says {server.region}: leave it out"
        )
    return server.region


def answer(
    connection: Connection, question: Question, known: Sequence[Entry], find: Find, now: datetime
) -> Answer:
    """What happens to this client at all its hosts, and what to change. Raises BadRequest as region_for does."""
    alone = one_by_one(connection)
    regions = [region_for(each, question) for each in alone]
    assessments = tuple(_assessed(each, question, known, find, now) for each in alone)
    whole = together(connection, assessments, question.about)
    return Answer(
        whole,
        fix(whole, _purpose(alone, question, known)),
        region=regions[0] if len(set(regions)) == 1 else None,
        hosts=assessments,
    )


def _assessed(
    connection: Connection, question: Question, known: Sequence[Entry], find: Find, now: datetime
) -> Assessment:
    region, is_proxy = region_for(connection, question), _is_proxy(connection, question)

    def look(authority: str, which: str) -> LookInto:
        goal = target(known, region, Authority(authority) if authority else None, is_proxy=is_proxy)
        asks = questions.REGION if region is None else which if goal.roots else ""
        return _look(connection.driver.family, goal, asks, find, now)

    return assess(
        connection,
        look(question.present, questions.PRESENT),
        look(question.target, questions.TARGET),
        is_named(connection, question.endpoint, question.carried),
        question.about,
    )


def _is_proxy(connection: Connection, question: Question) -> bool:
    server = endpoint_name(question.endpoint or connection.host)
    return server is not None and server.is_proxy


def _purpose(alone: Sequence[Connection], question: Question, known: Sequence[Entry]) -> Purpose:
    regions = list(dict.fromkeys(region for each in alone if (region := region_for(each, question))))
    is_proxy = any(_is_proxy(each, question) for each in alone)
    named = [is_named(each, question.endpoint, question.carried)[0] for each in alone]
    authority = Authority(question.target) if question.target else None
    has_roots = all(target(known, region, authority, is_proxy=is_proxy).roots for region in regions)
    if is_proxy and has_roots:
        # Of a Region without roots of its own in tlscheck, a proxy's store is built without them.
        regions = [region for region in regions if any(root.region == region for root in known)]
    return Purpose(
        tuple(regions),
        is_proxy=is_proxy,
        has_roots=has_roots,
        is_named=False if False in named else None if None in named else True,
        endpoint=question.endpoint if len(alone) == 1 else "",
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


def _look(family: Family, goal: TargetRoots, asks: str, find: Find, now: datetime) -> LookInto:
    def look(place: Sought) -> Seen:
        found, words = find(place, family)
        if isinstance(found, TrustStore):
            trusted, why = is_trusted(found, goal, MODELS[family].readers, now)
            return Seen(Roots.FOUND, trusted, f"{words}: {why}", asks)
        return Seen(found, None if found is Roots.UNKNOWN else False, words, questions.STORE)

    return look
