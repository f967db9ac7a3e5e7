"""What was said of a client as a JSON document, to be kept as evidence of its readiness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.formats.configuration import Spot
from tlscheck.formats.reading import Located
from tlscheck.survival.assessment import About, Assessment, Outlook, is_only_read, worst
from tlscheck.survival.fixes import Fix
from tlscheck.survival.keys import about_key, kind_of_key
from tlscheck.version import Edition
from tlscheck.wording import sendable

SCHEMA = "tlscheck.client.v3"
"""The first had no `tlscheck`, the second no `perhaps`, no `found_at` and one handshake for all hosts. None allows
a key that it does not name, so one more makes another schema."""


NOT_TRIED = "NOT_TRIED"
NOT_VERIFIED = "NOT_VERIFIED"
"""TLS was made, and the client looked at nothing: no server would have been noticed that is another's."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A handshake with one of its hosts, by the client's rules and with its roots; or why there is none."""

    host: str
    port: int
    outcome: str
    """As HandshakeOutcome, or one of the two above."""

    detail: str
    protocol: str | None = None
    presented: tuple[str, ...] = ()
    """Subjects of the chain, leaf first."""

    verifies: Verifies = Verifies.NOTHING
    """What of the server this client looked at."""

    root: str = ""
    """Subject of the client's own root that the chain hangs from; "" where none was found or asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one connection."""

    assessment: Assessment
    fix: Fix
    tried: tuple[Tried, ...] = ()
    """One for each host; none where no handshake was asked for."""

    region: str | None = None
    """Whose roots were looked for; None: not known, or not one for all of its hosts."""

    hosts: tuple[Assessment, ...] = ()
    """What is said of it at each of its hosts, in its order."""

    found_at: Spot = field(default_factory=Spot)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, beside the connection itself."""

    about: About
    region: str | None
    target: str
    """The CA to rotate to; "" when any of the Region's."""

    present: str
    """The CA of today; "" when not said."""

    endpoint: str

    carried: Mapping[str, bool] = field(default_factory=dict)
    """Of names, in small letters, whether handshakes showed that the server's certificate carries them."""


ASSUMED = (
    "the server offers TLS and presents a certificate in date",
    "today the server does not enforce TLS",
)


def document(
    question: Question, answers: Sequence[Answer], refused: Sequence[Located], edition: Edition, now: datetime
) -> dict[str, object]:
    """The whole answer; client_schema.SCHEMA describes it. No password is in it: none was kept."""
    return {
        "schema": SCHEMA,
        "tlscheck": edition.document,
        "asked_at": now.isoformat(),
        "about": question.about.value,
        "region": _region(answers),
        "present_ca": question.present or None,
        "target_ca": question.target or None,
        "endpoint": question.endpoint or None,
        "assumed": [*ASSUMED, *_of_key(question)],
        "target_key": kind_of_key(question.target),
        "verdict": worst([each.assessment.verdict for each in answers]).value,
        "clients": sendable([_client(each, question.target) for each in answers]),
        "refused": sendable([{"found_at": _spot(each.spot), "why": each.refused} for each in refused]),
    }


def _of_key(question: Question) -> tuple[str, ...]:
    kind = kind_of_key(question.target)
    return (f"after the rotation the server's key is {kind}",) if kind else ()


def _region(answers: Sequence[Answer]) -> str | None:
    found = {each.region for each in answers}
    return found.pop() if len(found) == 1 else None


def _client(answer: Answer, target: str) -> dict[str, object]:
    assessment = answer.assessment
    connection = assessment.connection
    return {
        "found_at": _spot(answer.found_at),
        "client": _connection(connection, target),
        "verdict": assessment.verdict.value,
        "roots": {
            "sought": [" ".join(filter(None, (each.where.value, each.path))) for each in assessment.looked],
            "found": assessment.found,
        },
        "outlooks": {_key(each): _outlook(each) for each in assessment.outlooks},
        "basis": "read, not run" if is_only_read(assessment) else "run" if assessment.rules else "unknown",
        "holds_for_versions": [rule.versions for rule in assessment.rules],
        "fix": {
            "needed": answer.fix.is_needed,
            "line": answer.fix.line or None,
            "trust_store": answer.fix.trust_store or None,
            "where": answer.fix.where or None,
            "host": answer.fix.host or None,
        },
        "hosts": [_host(each) for each in answer.hosts],
        "tried": [_tried(each) for each in answer.tried],
    }


def _spot(spot: Spot) -> dict[str, object]:
    return {"file": spot.file or None, "path": spot.path or None, "line": spot.line or None}


def _connection(connection: Connection, target: str) -> dict[str, object]:
    return {
        "driver": connection.driver.value,
        "version": ".".join(str(part) for part in connection.version) or None,
        "label": connection.label or None,
        "host": connection.host or None,
        "port": connection.port,
        "mode": connection.mode or None,
        "root_file": connection.root or None,
        "notes": [*connection.notes, *about_key(target, connection.driver.family)],
        "unknown": list(connection.unknown),
        "ignored": list(connection.ignored),
    }


def _host(at: Assessment) -> dict[str, object]:
    connection = at.connection
    return {
        "host": connection.host or None,
        "port": connection.port,
        "address": connection.address or None,
        "verdict": at.verdict.value,
        "outlooks": {_key(each): each.verdict.value for each in at.outlooks},
    }


def _key(outlook: Outlook) -> str:
    return outlook.scenario.name.lower()


def _outlook(outlook: Outlook) -> dict[str, object]:
    prediction = outlook.prediction
    return {
        "verdict": outlook.verdict.value,
        "connects": prediction.connects,
        "encrypted": prediction.is_encrypted,
        "verifies": prediction.verifies.value if prediction.verifies else None,
        "causes": [cause.name for cause in prediction.causes],
        "perhaps": [cause.name for cause in prediction.perhaps],
        "why": outlook.why,
        "question": outlook.question or None,
    }


def _tried(tried: Tried) -> dict[str, object]:
    return {
        "host": tried.host or None,
        "port": tried.port,
        "outcome": tried.outcome,
        "detail": tried.detail,
        "protocol": tried.protocol,
        "presented": list(tried.presented),
        "verifies": tried.verifies.value,
        "root": tried.root or None,
    }
