"""What a client's owner is told where roots lie in two places, and where something is not known."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.table import rules_for
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import Question
from tlscheck.survival.prediction import Cause, Prediction, Roots
from tlscheck.survival.reasons import why
from tlscheck.survival.roots import Seen, Sought, Where, seen
from tlscheck.survival.telling import lines

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
NOW = datetime(2026, 11, 27, tzinfo=UTC)
SQLX = Connection(Driver.SQLX, HOST, mode="verify-full", root="/rds.pem")


@pytest.mark.parametrize(
    ("file", "system", "expected"),
    [
        (
            Seen(Roots.FOUND, False, "the file"),
            Seen(Roots.FOUND, True, "the system"),
            Seen(Roots.FOUND, True, "the file; the system"),
        ),
        (
            Seen(Roots.FOUND, False, "the file"),
            Seen(Roots.UNKNOWN, None, "the system"),
            Seen(Roots.FOUND, None, "the file; the system"),
        ),
        (
            Seen(Roots.FOUND, False, "the file"),
            Seen(Roots.FOUND, False, "the system"),
            Seen(Roots.FOUND, False, "the file"),
        ),
        # a file that cannot be used makes it fail, whatever the system holds
        (
            Seen(Roots.BROKEN, False, "the file"),
            Seen(Roots.FOUND, True, "the system"),
            Seen(Roots.BROKEN, False, "the file"),
        ),
        (
            Seen(Roots.MISSING, False, "the file"),
            Seen(Roots.FOUND, True, "the system"),
            Seen(Roots.MISSING, False, "the file"),
        ),
        (
            Seen(Roots.FOUND, True, "the file"),
            Seen(Roots.FOUND, False, "the system"),
            Seen(Roots.FOUND, True, "the file"),
        ),
    ],
)
def test_a_driver_that_reads_the_systems_store_beside_its_file_finds_a_root_in_either(
    file: Seen, system: Seen, expected: Seen
) -> None:
    (rule, *_) = rules_for(SQLX.driver.family, SQLX.mode, SQLX.root, ())
    lies = {Where.FILE: file, Where.SYSTEM: system}

    def look(place: Sought) -> Seen:
        return lies[place.where]

    assert seen(rule, SQLX, look) == expected


@pytest.mark.parametrize("is_certain", [True, False])
def test_where_it_is_not_known_what_was_found_of_its_roots_is_told(is_certain: bool) -> None:
    causes = ((Cause.UNTRUSTED,), ()) if is_certain else ((), (Cause.UNTRUSTED,))
    prediction = Prediction(None, None, None, *causes)
    rules = rules_for(SQLX.driver.family, SQLX.mode, SQLX.root, ())[:1]
    assert why(prediction, rules, ["/rds.pem lacks rds-ca-rsa4096-g1"], "") == (
        "Not known: /rds.pem lacks rds-ca-rsa4096-g1."
    )


def test_the_question_that_is_asked_is_that_of_what_is_not_known() -> None:
    question = Question(About.BOTH, None, "", "", "")
    told = answer(SQLX, question, roots(), lambda *_: (Roots.UNKNOWN, "/rds.pem"), NOW)
    asks = {
        Scenario.TODAY: (Survival.DOES_NOT, "Which version?"),
        Scenario.ROTATED: (Survival.UNKNOWN, "Which CA?"),
        Scenario.ENFORCED: (Survival.UNKNOWN, "Which Region?"),
    }
    outlooks = tuple(
        replace(each, verdict=asks[each.scenario][0], question=asks[each.scenario][1])
        for each in told.assessment.outlooks
        if each.scenario in asks
    )
    said = [
        line for line, _ in lines(replace(told, assessment=replace(told.assessment, outlooks=outlooks)), question)
    ]
    assert [line for line in said if "to ask: " in line] == ["  to ask: Which CA?"]
