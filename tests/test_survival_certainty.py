"""What is certain is told as a fact, what is not as perhaps, with the question whose answer would settle it."""

import json
import os
import pwd
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tlscheck.drivers.behaviour import Looks, Place, Rule, Transport, Verifies
from tlscheck.drivers.connection import Connection, Host
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.server_name import is_named
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores.pem import write
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About, Scenario, Survival
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.prediction import Case, Cause, Roots, Situation, predict
from tlscheck.survival.telling import lines
from tlscheck.trust.trust_store import Format, TrustStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
EUROPE = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
IRELAND = "orders.c9x2example.eu-west-1.rds.amazonaws.com"


def holding(region: str) -> TrustStore:
    return TrustStore(Format.PEM, tuple(root for root in roots() if root.region == region))


def told(connection: Connection, found: TrustStore | Roots, **asked: Any) -> Answer:
    question = Question(About.BOTH, asked.get("region"), asked.get("target", ""), "", asked.get("endpoint", ""))
    return answer(connection, question, roots(), lambda *_: (found, "G.pem"), NOW)


def test_a_name_that_is_wrong_is_a_fact_where_the_roots_are_not_known() -> None:
    tunnel = Connection(Driver.LIBPQ, "127.0.0.1", 15432, "verify-full", "/G.pem")
    today = told(tunnel, holding("eu-central-1")).assessment.outlook(Scenario.TODAY)
    assert today.verdict is Survival.DOES_NOT
    assert (today.prediction.causes, today.prediction.perhaps) == ((Cause.WRONG_NAME,), (Cause.UNTRUSTED,))
    assert today.why.startswith("It fails: the certificate does not carry the name that it connects to")
    assert "perhaps also none of its roots issued the server's chain (G.pem: the Region is not known" in today.why
    assert today.question == "In which Region does the database lie? Say its endpoint, or the Region."


def test_roots_that_are_wrong_are_a_fact_where_the_name_is_not_known() -> None:
    client = Connection(Driver.LIBPQ, "db.example.com", mode="verify-full", root="/other.pem")
    today = told(client, holding("us-east-1"), region="eu-central-1").assessment.outlook(Scenario.TODAY)
    assert (today.prediction.causes, today.prediction.perhaps) == ((Cause.UNTRUSTED,), (Cause.WRONG_NAME,))
    assert "perhaps also the certificate does not carry the name" in today.why
    assert "What is the database's own endpoint?" in today.question


@pytest.mark.parametrize(
    ("connection", "found", "asked", "question"),
    [
        (
            Connection(Driver.LIBPQ, EUROPE, mode="verify-full", root="/x"),
            Roots.UNKNOWN,
            {},
            "Which roots does it have",
        ),
        (
            Connection(Driver.LIBPQ, "db.example.com", mode="verify-full", root="/x"),
            holding("eu-central-1"),
            {"region": "eu-central-1"},
            "What is the database's own endpoint",
        ),
        (
            Connection(Driver.LIBPQ, EUROPE, mode="require", root="system"),
            Roots.MISSING,
            {},
            "Which version has the driver",
        ),
        (
            Connection(Driver.LIBPQ, EUROPE, mode="verify-ca", root="/x"),
            TrustStore(Format.PEM, holding("eu-central-1").entries[:1]),
            {},
            "To which CA is it rotated",
        ),
    ],
)
def test_the_one_question_that_would_settle_it_is_asked(
    connection: Connection, found: TrustStore | Roots, asked: dict[str, str], question: str
) -> None:
    rotated = told(connection, found, **asked).assessment.outlook(Scenario.ROTATED)
    assert rotated.verdict is Survival.UNKNOWN
    assert rotated.question.startswith(question)


def test_where_plaintext_is_refused_too_the_cause_is_that_of_the_attempt_with_tls() -> None:
    for transport, causes in (
        (Transport.TLS_FIRST, {Cause.UNTRUSTED}),
        (Transport.PLAIN_FIRST, {Cause.UNTRUSTED, Cause.PLAINTEXT_REFUSED}),
    ):
        rule = Rule(Family.LIBPQ, ("any",), transport, Verifies.CHAIN, Place(Looks.FILE))
        enforcing = Situation(enforces_tls=True, is_trusted=False)
        said = predict([Case(rule, Roots.FOUND, enforcing)])
        assert (said.connects, set(said.causes)) == (False, causes)


def test_all_hosts_must_be_survived_and_the_one_that_is_not_is_named() -> None:
    client = Connection(Driver.PGJDBC, EUROPE, mode="verify-full", root="/G.pem", others=(Host(IRELAND),))
    said = told(client, holding("eu-central-1"))
    assert said.assessment.verdict is Survival.DOES_NOT
    assert said.assessment.outlook(Scenario.ROTATED).why.startswith(f"At {IRELAND}: It fails")
    assert [each.verdict for each in said.hosts] == [Survival.SURVIVES, Survival.DOES_NOT]
    assert (
        said.fix.trust_store
        == "tlscheck trust-store build --region eu-central-1 --region eu-west-1 --merge /G.pem"
    )
    both = TrustStore(Format.PEM, (*holding("eu-central-1").entries, *holding("eu-west-1").entries))
    assert told(client, both).assessment.verdict is Survival.SURVIVES


@pytest.mark.parametrize(
    ("host", "expected_name", "endpoint", "expected"),
    [
        ("127.0.0.1", EUROPE, "", True),
        ("db.example.com", EUROPE, EUROPE, True),
        (EUROPE, "db.example.com", EUROPE, False),
        (EUROPE.replace("c9x", "cluster-ro-c9x"), "", EUROPE.replace("c9x", "cluster-c9x"), True),
        (EUROPE.replace("c9x", "cluster-custom-c9x"), "", "", None),
        ("app.proxy-c9x2example.eu-central-1.rds.amazonaws.com", "", "", True),
        ("orders.c9x2example.rds.cn-north-1.amazonaws.com.cn", "", "", True),
        ("orders.c9x2example.cn-north-1.rds.amazonaws.com.cn", "", "", True),
        ("orders.c9x2example.rds.us-iso-west-1.c2s.ic.gov", "", "", True),
    ],
)
def test_the_name_that_is_looked_for_counts(
    host: str, expected_name: str, endpoint: str, expected: bool | None
) -> None:
    assert is_named(Connection(Driver.NODE, host, expected_name=expected_name), endpoint)[0] is expected


def test_the_kind_of_key_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    words = f"host={EUROPE} sslmode=disable"
    main(["client", "--json", "--to", "rds-ca-ecc384-g1", words])
    document = json.loads(capsys.readouterr().out)
    assert document["target_key"] == "ECDSA P-384"
    assert "after the rotation the server's key is ECDSA P-384" in document["assumed"]
    assert any("asks to test clients" in note for note in document["clients"][0]["client"]["notes"])
    main(["client", "--json", "--to", "rds-ca-rsa2048-g1", words])
    plain = json.loads(capsys.readouterr().out)
    assert (plain["target_key"], plain["clients"][0]["client"]["notes"]) == ("RSA 2048", [])


def test_the_answer_explains_itself_in_five_lines() -> None:
    client = Connection(Driver.PGJDBC, EUROPE, mode="disable")
    question = Question(About.BOTH, None, "", "", "")
    said = [line for line, _ in lines(told(client, Roots.NONE), question)]
    assert said[0] == f"pgjdbc at {EUROPE}: it DOES NOT survive."
    assert "the server gets a certificate of another CA" in said[1]
    assert "rds.force_ssl = 1" in said[1]
    assert said[2] == "  rotation: survives. It connects in plaintext."
    assert said[3].startswith(
        "  enforcement: does not survive. It fails: the server refuses connections without TLS"
    )
    assert said[4] == "  trust store: tlscheck trust-store build --region eu-central-1"
    assert said[5] == "  fix: ?sslmode=verify-full&sslrootcert=rds-ca.pem"
    assert said[6].startswith("  where: Write it at the end of the URL")
    assert said[7] == "  when: before TLS is enforced"
    assert not [line for line in said if "DOES_NOT" in line or "SURVIVES" in line or "UNKNOWN" in line]
    whys = [line.partition(": ")[2] for line in said[2:4]]
    assert len(set(whys)) == len(whys)


@pytest.mark.parametrize(
    ("client", "words"),
    [
        (Connection(Driver.PGJDBC, EUROPE, mode="verify-full"), "now: today too it does not connect"),
        (Connection(Driver.PGJDBC, EUROPE, mode="disable"), "before TLS is enforced"),
        (Connection(Driver.PGJDBC, EUROPE, mode="require"), None),
    ],
)
def test_by_when_it_is_to_be_done_is_said(client: Connection, words: str | None) -> None:
    question = Question(About.BOTH, None, "", "", "")
    said = [line for line, _ in lines(told(client, Roots.NONE), question) if line.startswith("  when: ")]
    assert [line.partition(": ")[2][: len(words or "")] for line in said] == ([words] if words else [])


def test_a_fix_in_words_is_no_empty_line() -> None:
    client = Connection(Driver.PGJDBC, EUROPE, mode="verify-full", unknown=("sslmoed",))
    said = [line for line, _ in lines(told(client, Roots.NONE), Question(About.BOTH, None, "", "", ""))]
    assert "  fix: Say first what is not known: sslmoed." in said
    assert said[2].startswith("  rotation and enforcement: Not known: what pgjdbc does with this")


def test_two_hosts_of_one_name_are_told_apart_by_their_ports() -> None:
    client = replace(Connection(Driver.PGJDBC, EUROPE, 5432, mode="require"), others=(Host(EUROPE, 5433),))
    said = [line for line, _ in lines(told(client, Roots.NONE), Question(About.BOTH, None, "", "", ""))]
    assert said[0] == f"pgjdbc at {EUROPE}:5432, {EUROPE}:5433: it survives."


@pytest.mark.parametrize(
    ("endpoint", "is_carried"),
    [
        ("orders.c9x2example.eu-central-1.rds.amazonaws.com", True),
        ("shop.cluster-c9x2example.eu-central-1.rds.amazonaws.com", True),
        ("shop.cluster-ro-C9X2example.eu-central-1.rds.amazonaws.com.", True),
        ("orders.c9x2another.eu-central-1.rds.amazonaws.com", False),
        ("shop.cluster-c9x2another.eu-central-1.rds.amazonaws.com", False),
    ],
)
def test_an_endpoint_of_another_account_is_another_server(endpoint: str, is_carried: bool) -> None:
    host = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
    assert is_named(Connection(Driver.LIBPQ, host), endpoint)[0] is is_carried


def test_of_a_custom_endpoint_a_handshake_decides() -> None:
    custom = "few.cluster-custom-c9x2example.eu-central-1.rds.amazonaws.com"
    client = Connection(Driver.LIBPQ, custom)
    assert is_named(client, custom)[0] is None
    assert is_named(client, carried={custom: True})[0] is True
    assert is_named(client, carried={custom: False})[0] is False
    # What is known by itself no handshake of another day changes.
    assert is_named(Connection(Driver.LIBPQ, EUROPE), carried={EUROPE: False})[0] is True


def test_about_enforcement_speaks_of_enforcement_alone() -> None:
    client = Connection(Driver.PGJDBC, EUROPE, mode="disable")
    said = "\n".join(
        line for line, _ in lines(told(client, Roots.NONE), Question(About.ENFORCEMENT, None, "", "", ""))
    )
    assert "rotation" not in said
    assert "enforcement" in said


def test_through_a_tunnel_the_fix_is_the_endpoints_name_with_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = pwd.getpwuid(os.getuid())
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd((*entry[:5], str(tmp_path), entry[6])))
    store = tmp_path / "G.pem"
    store.write_bytes(write((root.subject, root.der) for root in holding("eu-central-1").entries))
    words = f"host=127.0.0.1 port=15432 sslmode=verify-full sslrootcert={store}"
    assert main(["client", words, "--endpoint", EUROPE]) == 1
    printed = capsys.readouterr().out
    assert f"fix: sslmode=verify-full sslrootcert='{store}' host={EUROPE} hostaddr=127.0.0.1" in printed
    assert main(["client", f"{words} host={EUROPE} hostaddr=127.0.0.1", "--endpoint", EUROPE]) == 0
