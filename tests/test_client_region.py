"""`tlscheck client --json` and CheckClient say whose roots were looked for, also where nobody named the Region."""

import json
from datetime import UTC, datetime

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About
from tlscheck.survival.client_document import Question, document
from tlscheck.survival.prediction import Roots
from tlscheck.version import Edition

EUROPE = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
AMERICA = "orders.cluster-c9x2example.us-east-1.rds.amazonaws.com"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hosts", "named", "expected"),
    [
        ([EUROPE], None, "eu-central-1"),
        (["localhost"], "us-east-1", "us-east-1"),
        ([EUROPE, EUROPE], None, "eu-central-1"),
        ([EUROPE, AMERICA], None, None),
        ([EUROPE, "localhost"], None, None),
        (["localhost"], None, None),
    ],
)
def test_the_region_is_that_whose_roots_were_looked_for(
    hosts: list[str], named: str | None, expected: str | None
) -> None:
    question = Question(About.BOTH, named, "", "", "")
    answers = [
        answer(Connection(Driver.LIBPQ, host), question, roots(), lambda *_: (Roots.NONE, "none"), NOW)
        for host in hosts
    ]
    assert document(question, answers, (), Edition("1.2.3", ()), NOW)["region"] == expected


def test_the_command_says_the_endpoints_region(capsys: pytest.CaptureFixture[str]) -> None:
    main(["client", "--json", "--endpoint", EUROPE, "host=localhost sslmode=require"])
    assert json.loads(capsys.readouterr().out)["region"] == "eu-central-1"
