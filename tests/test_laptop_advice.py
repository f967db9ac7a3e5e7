"""What whoever sweeps from here is told to do: nothing of a probe or a stack that they do not have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.edges.laptop.environments import asker_of
from tlscheck.edges.laptop.terms import SweepTerms
from tlscheck.inventory.database import Database
from tlscheck.inventory.request import Request
from tlscheck.ledger.log_price import FirstReadBudget
from tlscheck.ledger.logged import Stretch
from tlscheck.ledger.reading_plan import LogGroup
from tlscheck.verdict.advice import advice
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.log_stopped import open_log
from tlscheck.verdict.reaching import reach
from tlscheck.verdict.visibility import show_sessions
from tlscheck.wire.login import refused
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation
from tlscheck.wire.target import Login, LoginChoice
from tlscheck.wire.targeting import target_of

from tests.examples import database, handshake

UNREACHABLE = Handshake(HandshakeOutcome.UNREACHABLE, "No TCP connection in time: x.")
NOT_TRIED = Handshake(HandshakeOutcome.NOT_TRIED, "not connected to: this was asked for (--no-connect)")
SLEEPS = Handshake(HandshakeOutcome.NOT_TRIED, "it may pause at 0 ACUs, and a connection would wake it: x")
NO_ROOTS = Handshake(HandshakeOutcome.NO_ROOTS, "No root certificate of us-east-1 is at hand: nothing was sent.")
OWN = "orders/tlscheck"
THERE = "Run it where {at} can be reached (inside its VPC), and see that the server answers there."
OF_A_STACK = ("probe", "stack", "deploy", "security group", "Role=", "LogReading", "ENABLED", "Observe's")


def evidence(shown: Handshake, look: Look, of: Database, **terms: Any) -> Evidence:
    asker = asker_of(SweepTerms(Request(), timedelta(days=35), **terms))
    seen = Observation(of.arn, shown, look)
    return replace(Evidence(of, seen, (), datetime.now(UTC), "tlscheck"), asker=asker)


@pytest.mark.parametrize(
    ("shown", "terms", "step"),
    [
        (
            UNREACHABLE,
            {},
            f"{THERE} Or ask its log who connects, which needs no way to it: --logs.",
        ),
        (
            UNREACHABLE,
            {"reads_logs": True},
            THERE,
        ),
        (NOT_TRIED, {"connects": False}, "Ask again without --no-connect."),
        (Handshake(HandshakeOutcome.NOT_TRIED, "stopped before it was looked at"), {}, "Ask again."),
        (SLEEPS, {}, "While orders-prod is in use, run it again: it is looked at then."),
        (NO_ROOTS, {}, "Install the newest tlscheck: it comes with AWS's roots of its day."),
    ],
)
def test_a_server_that_was_not_seen_is_looked_at_from_elsewhere_or_asked_for_otherwise(
    shown: Handshake, terms: dict[str, Any], step: str
) -> None:
    of = database()
    assert of.endpoint
    told = reach(evidence(shown, Look(LookOutcome.NOT_TRIED, "x"), of, **terms))
    assert told == step.format(at=f"{of.endpoint.host}:{of.endpoint.port}")
    assert [word for word in OF_A_STACK if word in told] == []


SECRET, IAM, NONE = LoginChoice(Login.SECRET, "shared"), LoginChoice(Login.IAM), LoginChoice(Login.NONE)


@pytest.mark.parametrize(
    ("login", "of", "outcome", "begins"),
    [
        (NONE, database(), LookOutcome.NOT_TRIED, "Ask again without --login none. Or have its log say"),
        (
            NONE,
            database(iam_authentication=False),
            LookOutcome.NOT_TRIED,
            "Ask again with --login secret NAME, or",
        ),
        (
            None,
            database(iam_authentication=False),
            LookOutcome.NOT_TRIED,
            "Ask again with --login secret NAME, or",
        ),
        (
            IAM,
            database(secret=OWN),
            LookOutcome.LOGIN_REFUSED,
            "On orders-prod, run what the reason asks for; a",
        ),
        (IAM, database(secret=OWN), LookOutcome.NEEDS_PG_MONITOR, 'On orders-prod: GRANT pg_monitor TO "tlsch'),
        (
            SECRET,
            database(),
            LookOutcome.LOGIN_REFUSED,
            "On orders-prod, run what the reason asks for, for the user that the secret names.",
        ),
        (
            None,
            database(secret=OWN),
            LookOutcome.LOGIN_REFUSED,
            "On orders-prod, run what the reason asks for, for the user that its secret names.",
        ),
        (
            IAM,
            database(),
            LookOutcome.NO_CREDENTIALS,
            "Mend what the reason names: this sweep could not get at its",
        ),
    ],
)
def test_a_login_is_told_of_as_it_was_made(
    login: LoginChoice | None, of: Database, outcome: LookOutcome, begins: str
) -> None:
    told = advice(show_sessions(evidence(handshake(), Look(outcome, "x"), of, login=login))).words
    assert told.startswith(begins)
    assert [word for word in OF_A_STACK if word in told] == []


def test_a_log_that_nobody_asked_for_is_asked_for() -> None:
    look = Look(LookOutcome.NOT_TRIED, "x")
    assert open_log(evidence(UNREACHABLE, look, database())) == "Ask again with --logs."
    assert "--logs" not in open_log(evidence(UNREACHABLE, look, database(), reads_logs=True))


def test_what_is_not_counted_for_its_price_names_the_word_that_says_how_much_is() -> None:
    here = evidence(UNREACHABLE, Look(LookOutcome.NOT_TRIED, ""), database()).asker
    now = datetime.now(UTC)
    group = LogGroup(
        "g", is_readable=False, days=None, created_at=now - timedelta(days=30), stored_bytes=30 * 10**9
    )
    old = Stretch(now - timedelta(days=20), now - timedelta(days=19))
    why = FirstReadBudget(10.0**9, asker=here).why_not(group, old, now)
    assert why.startswith("--first-read-gb lets Logs Insights count no more than the newest ")


@pytest.mark.parametrize(
    ("code", "text", "login", "words"),
    [
        ("28000", "PAM authentication failed", Login.IAM, "whoever ran this needs rds-db:connect on this user"),
        (
            "28000",
            "PAM authentication failed",
            Login.SECRET,
            "alone: ask again with --login iam, or, where nobody",
        ),
        ("28000", "no pg_hba.conf entry", Login.IAM, "admits this user from the network that it ran in."),
        ("28000", "a valid client certificate", Login.IAM, "of this user, and this sweep has none."),
    ],
)
def test_a_refused_login_names_whoever_ran_this(code: str, text: str, login: Login, words: str) -> None:
    here = evidence(UNREACHABLE, Look(LookOutcome.NOT_TRIED, ""), database()).asker
    target = target_of(database(), "tlscheck", asker=here)
    assert not isinstance(target, str)
    said = refused({"C": code, "M": text}, login, "tlscheck", "postgres", asker=target.asker).detail
    assert words in said
    assert "probe" not in said
