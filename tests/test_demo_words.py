"""What the demonstration prints of a database is whole: its reason, and what to do next."""

from typing import Any

import pytest

from tests.local_aws.demo import show

CA = "Its members' CAs differ, so a failover changes the chain: catalog-1 has rds-ca-rsa2048-g1; " * 3
MOVE = (
    "aws rds modify-db-cluster --db-cluster-identifier catalog --ca-certificate-identifier rds-ca-ecc384-g1 "
    "--region eu-central-1 --description '  two  blanks' --no-apply-immediately"
)
REBOOT = "aws rds reboot-db-cluster --region eu-central-1 --db-cluster-identifier catalog"


def finding(check: str, reason: str, next_step: str, *commands: str) -> dict[str, Any]:
    return {
        "check": check,
        "status": "WARNING",
        "reason": reason,
        "next_step": next_step,
        "commands": list(commands),
    }


def row(reason: str, *findings: dict[str, Any]) -> dict[str, Any]:
    return {
        "identifier": "catalog",
        "kind": "cluster",
        "enforcement": "ENFORCED",
        "certificate_authority": None,
        "certificate": "",
        "tls_clients": None,
        "plaintext_clients": None,
        "verdict": "FIX_DATABASE",
        "reason": reason,
        "findings": findings,
        "clients": [],
    }


def printed(capsys: pytest.CaptureFixture[str], *rows: dict[str, Any]) -> list[str]:
    """The lines below the table's head, without what arrived where."""
    show({"databases": rows}, {}, {})
    return capsys.readouterr().out.splitlines()[2:-3]


def test_a_long_reason_goes_on_in_the_next_line_and_nothing_of_it_is_cut(
    capsys: pytest.CaptureFixture[str],
) -> None:
    head, *reason = printed(capsys, row(CA))
    assert head.split() == ["catalog", "ENFORCED", "-", "-", "-", "-", "FIX_DATABASE"]
    assert len(reason) == 3
    assert max(map(len, reason)) <= 110
    assert [len(line) - len(line.lstrip()) for line in reason] == [4, 4, 4]
    assert " ".join(line.strip() for line in reason) == CA.strip()


def test_each_command_stands_whole_in_a_line_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    _, reason, *steps = printed(
        capsys,
        row(
            "The CAs differ. It has expired. It waits.",
            finding("ca", "The CAs differ.", "Tell its clients, then:", MOVE, REBOOT),
            finding("tls-versions", "It takes TLS 1.0.", "Ask for TLS 1.2."),
            finding("server-certificate", "It has expired.", "Renew it."),
            finding("certificate-rotation", "It has expired.", "Renew it."),
            finding("force-ssl", "It waits.", "", REBOOT),
            finding("connection-log", "", "Log it."),
            finding("not-observed", "The CAs", ""),
        ),
    )
    assert reason == "    The CAs differ. It has expired. It waits."
    assert steps == [
        "    next: Tell its clients, then:",
        f"      {MOVE} &&",
        f"      {REBOOT}",
        "    next: Renew it.",
        "    next:",
        f"      {REBOOT}",
    ]


def test_nothing_that_a_client_calls_itself_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    _, reason, step = printed(capsys, row("a\x1b[2Jb\nc", finding("ca", "a\x1b[2Jb\nc", "d\x1b[2Je\u202ef")))
    assert (reason, step) == ("    a?[2Jb?c", "    next: d?[2Je?f")


def traces(*addresses: str) -> dict[str, Any]:
    return {"addresses": dict.fromkeys(addresses, "2026-11-27T12:00:00Z")}


def test_who_was_met_by_no_look_is_named_with_each_address(capsys: pytest.CaptureFixture[str]) -> None:
    def client(name: str, **found: dict[str, Any]) -> dict[str, Any]:
        none = dict.fromkeys(("tls", "plaintext", "logged_tls", "logged_plaintext"))
        return none | {"application": name, "user": "reports"} | found

    here = row("It waits.") | {
        "clients": [
            client("dump", logged_plaintext=traces("10.0.0.9", "10.0.0.8")),
            client("a\x1b[2J", logged_plaintext=traces("10.0.0.7"), logged_tls=traces("10.0.0.7")),
            client("seen", plaintext=traces("10.0.0.6"), logged_plaintext=traces("10.0.0.6")),
            client("moved", tls=traces("10.0.0.5"), logged_plaintext=traces("10.0.0.5")),
            client("safe", logged_tls=traces("10.0.0.4")),
        ]
    }
    assert printed(capsys, here)[2:] == [
        "",
        "Without TLS, and met by no look (from the servers' logs):",
        '    catalog: "a?[2J" as "reports" from 10.0.0.7',
        '    catalog: "dump" as "reports" from 10.0.0.8',
        '    catalog: "dump" as "reports" from 10.0.0.9',
    ]
