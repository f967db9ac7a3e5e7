"""Answers as documents: the JSON and its schema, SARIF, and what handshakes change of an answer."""

import json
from collections.abc import Iterator
from dataclasses import replace

from tlscheck.drivers.behaviour import Verifies
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.formats.configuration import Spot
from tlscheck.formats.reading import Located
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About
from tlscheck.survival.client_document import Answer, Question, Tried, document
from tlscheck.survival.client_schema import SCHEMA
from tlscheck.survival.sarif import sarif
from tlscheck.survival.shown import names, shown
from tlscheck.survival.telling import lines
from tlscheck.version import Edition

from tests.recorded_answers.answers import NOW
from tests.recorded_answers.machines import machine
from tests.recorded_answers.questions import ENDPOINT, SHORT, of_line, shortened

_EDITION = Edition("1.2.3", ())
_REFUSED = (
    Located(Spot("services.web", 7, "./deploy/compose file.yml"), refused="its mode is none of require, disable"),
    Located(Spot(), refused="a zero byte is in it"),
)
_SPOTS = (
    Spot("DATABASES.default", 12, "app/settings.py"),
    Spot("", 0, "/srv/app/.env"),
    Spot("jdbcUrl", 3, "C:\\app\\hikari.properties"),
    Spot("a.b", 0, "conf\\app.yml"),
    Spot("", 2, "\\\\server\\share\\app.env"),
    Spot(),
)


def documented(line: str) -> Iterator[str]:
    """The lines of a record that answer `schema`, or a question with what it is printed as."""
    if line == "schema":
        yield from json.dumps(SCHEMA, indent=1).splitlines()
        return
    kind, *asked = json.loads(line.replace(SHORT, ENDPOINT))
    what, target, present, endpoint, words = asked
    question = Question(About.BOTH, None, target, present, endpoint)
    told = [
        replace(_answered(json.dumps(each), question, what), found_at=spot)
        for each, spot in zip(words, _SPOTS, strict=False)
    ]
    told = [
        replace(each, tried=_tried(each, "EXPIRED", "Its certificate has expired.")) for each in told[:1]
    ] + told[1:]
    said = document(question, told, _REFUSED, _EDITION, NOW) if kind == "json" else sarif(told, _REFUSED, _EDITION)
    yield from map(shortened, json.dumps(said, indent=1).splitlines())


def handshaken(line: str) -> Iterator[str]:
    """The lines of a record that answer a machine, what is asked about, words, and how handshakes ended."""
    what, about, words, *outcomes = json.loads(line.replace(SHORT, ENDPOINT))
    question = Question(About(about), None, "", "", "")
    told = _answered(json.dumps(words), question, what)
    seen = tuple(
        _tried(told, outcome, f"What was seen: {outcome}.")[number] for number, outcome in enumerate(outcomes)
    )
    carried = names(told, seen)
    yield shortened(f"names: {carried}")
    again = answer(told.assessment.connection, replace(question, carried=carried), roots(), machine(what), NOW)
    said = shown(again, seen, question.about)
    for text, verdict in lines(said, question):
        yield shortened(text.strip() + (f" [{verdict}]" if verdict else ""))
    for each in said.assessment.outlooks:
        prediction = each.prediction
        parts = (prediction.connects, prediction.is_encrypted, prediction.verifies, each.verdict)
        causes = f"{[cause.name for cause in prediction.causes]} {[cause.name for cause in prediction.perhaps]}"
        yield f"{each.scenario}: {' '.join(map(str, parts))} {causes}"


def _answered(line: str, question: Question, what: str) -> Answer:
    return answer(of_line(line).read(), question, roots(), machine(what), NOW)


def _tried(told: Answer, outcome: str, detail: str) -> tuple[Tried, ...]:
    return tuple(
        Tried(
            each.connection.host,
            each.connection.port,
            outcome,
            detail,
            "TLSv1.3",
            (f"CN={each.connection.host}", "CN=a root"),
            each.outlooks[0].prediction.verifies or Verifies.CHAIN_AND_NAME,
            "CN=a root" if outcome == "TRUSTED" else "",
        )
        for each in told.hosts
    )
