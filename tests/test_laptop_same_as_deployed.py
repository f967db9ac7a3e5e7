"""A sweep from a laptop says of each database what the deployed one says: the same account, servers, and moment.

The command is a process of its own, by the rights of the account's root user; the deployed stack's are its roles'.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.local_aws.fleet.databases import DATABASES, UNPROBED
from tests.local_aws.fleet.roles import CHECKER
from tests.local_aws.from_here import environment
from tests.local_aws.stack import LocalStack, local_stack
from tests.words_of_here import from_here_said

type Document = dict[str, Any]
type Command = Callable[..., Document]

TLSCHECK = Path(sys.executable).with_name("tlscheck")

OF_THE_MOMENT = frozenset({"looked_at", "first", "last", "at", "addresses", "protocols", "elsewhere"})
"""When it was: two sweeps are never at once. Of addresses and protocols the names are compared."""

OF_MEMORY = frozenset({"announced", "worse", "verdict_announced", "flapping", "picture"})
"""What is news, and how often somebody looked: both rest on what is remembered."""

UNREACHED = frozenset(each.identifier for each in DATABASES if each.network == UNPROBED)
"""In a VPC that no probe was deployed to: the stack does not try, and a laptop tries as it tries any other."""

OF_ITS_REACH = frozenset({"certificate", "reason", "findings"})
"""Of those: why the server was not seen, in other words."""

REPORT_FORM = Path(__file__).parent / "fixtures" / "tlscheck.report.v5.schema.json"


@pytest.fixture(scope="module")
def deployed() -> Iterator[tuple[LocalStack, Document]]:
    """The stack after its scheduled sweep, and that sweep's report."""
    with local_stack(enforce_iam=True) as stack:
        ended = stack.wait_for_scheduled_sweep()
        assert ended.status == "SUCCEEDED", ended.error
        yield stack, stack.object(ended.output["report"])


@pytest.fixture(scope="module")
def command(deployed: tuple[LocalStack, Document], tmp_path_factory: pytest.TempPathFactory) -> Command:
    """Runs `tlscheck sweep` with more words: the report that it writes."""
    stack, _ = deployed
    home = tmp_path_factory.mktemp("home")
    variables = environment(home, stack.account, stack.fleet.roots_pem, key=stack.fleet.account)

    def swept(*words: str) -> Document:
        file = home / "report.json"
        file.unlink(missing_ok=True)
        ended = subprocess.run(
            [TLSCHECK, "sweep", *words, "--json", file], env=variables, capture_output=True, text=True, check=False
        )
        assert file.exists(), ended.stderr
        report: Document = json.loads(file.read_text())
        jsonschema.validate(report, json.loads(REPORT_FORM.read_text()))
        return report

    return swept


@pytest.fixture(scope="module")
def from_here(command: Command) -> Document:
    """All that a sweep can see, logs among it."""
    return command("--logs", "--yes")


def rows(report: Document) -> dict[str, Document]:
    return {row["identifier"]: _lasting(row) for row in report["databases"]}


def _lasting(value: Any) -> Any:
    """A part of a report without moments, and without what only memory knows."""
    match value:
        case dict():
            names = {
                each: sorted(value[each])
                for each in ("addresses", "protocols")
                if isinstance(value.get(each), dict)
            }
            left = {name: each for name, each in value.items() if name not in OF_THE_MOMENT | OF_MEMORY}
            return {name: _lasting(each) for name, each in left.items()} | names
        case list():
            return [_lasting(each) for each in value]
    return value


def said(row: Document) -> dict[str, tuple[str, str, str]]:
    """Each check's status, reason and next step."""
    return {each["check"]: (each["status"], each["reason"], each["next_step"]) for each in row["findings"]}


def statuses(row: Document, *but: str) -> dict[str, str]:
    return {each["check"]: each["status"] for each in row["findings"] if each["check"] not in but}


def differences(one: Document, other: Document, of: Callable[[Document], Any]) -> dict[str, tuple[Any, Any]]:
    """By identifier, what two sweeps say of a database where that differs."""
    ours, theirs = rows(one), rows(other)
    assert ours.keys() == theirs.keys()
    return {name: (of(ours[name]), of(theirs[name])) for name in ours if of(ours[name]) != of(theirs[name])}


def test_every_row_is_the_deployed_sweeps_to_the_last_word(
    deployed: tuple[LocalStack, Document], from_here: Document
) -> None:
    _, report = deployed

    def whole(row: Document) -> Document:
        left_out = OF_ITS_REACH | {"probe_version"} if row["identifier"] in UNREACHED else frozenset()
        return {name: value for name, value in row.items() if name not in left_out}

    assert differences(from_here_said(report), from_here, whole) == {}


def test_who_no_probe_reaches_is_judged_alike_and_told_why_in_other_words(
    deployed: tuple[LocalStack, Document], from_here: Document
) -> None:
    _, report = deployed
    assert UNREACHED
    for name in UNREACHED:
        there, here = rows(report)[name], rows(from_here)[name]
        assert statuses(there) == statuses(here)
        assert (there["certificate"], here["certificate"]) == ("NOT_TRIED", "UNREACHABLE")
        of_reach = {check for check, of_check in said(there).items() if of_check != said(here)[check]}
        assert of_reach == {"server-certificate", "plaintext-clients", "tls-clients", "not-observed"}


def test_what_is_said_of_the_account_as_a_whole_is_the_same(
    deployed: tuple[LocalStack, Document], from_here: Document
) -> None:
    _, report = deployed
    for name in ("verdicts", "checks", "probes", "tlscheck", "refused_regions", "gaps", "lost_batches"):
        assert report[name] == from_here[name], name
    assert _lasting(report["listings"]) == _lasting(from_here["listings"])


LOOKED = ("server-certificate", "plaintext-clients", "tls-clients", "not-observed")
"""Checks that a look at the server alone can say something of, or that say what lacks."""


def test_without_connecting_what_aws_says_is_the_same_and_nothing_is_said_of_servers(
    deployed: tuple[LocalStack, Document], command: Command
) -> None:
    _, report = deployed
    here = command("--no-connect", "--logs", "--yes")

    def of_aws(row: Document) -> Any:
        same = ("enforcement", "certificate_authority", "traits", "kind")
        return {name: row[name] for name in same} | {"checks": statuses(row, *LOOKED)}

    assert differences(report, here, of_aws) == {}
    for name, row in rows(here).items():
        # A certificate that nobody saw is neither good nor bad.
        of_server = {check: status for check, status in statuses(row).items() if check == "server-certificate"}
        assert set(of_server.values()) <= {"NOT_OBSERVED"}, name
        assert row["certificate"] in {"", "NOT_TRIED"}


def test_without_a_login_certificates_are_seen_and_no_session_is(
    deployed: tuple[LocalStack, Document], command: Command
) -> None:
    _, report = deployed
    here = command("--login", "none", "--logs", "--yes")

    def of_handshake(row: Document) -> Any:
        found = None if row["identifier"] in UNREACHED else row["certificate"]
        return found, row["certificate_expires"], statuses(row).get("server-certificate")

    assert differences(report, here, of_handshake) == {}
    assert all(
        each["tls"] is None and each["plaintext"] is None for row in rows(here).values() for each in row["clients"]
    )


def test_with_one_secret_for_several_each_is_seen_as_by_the_probe_with_its_own(
    deployed: tuple[LocalStack, Document], command: Command
) -> None:
    stack, report = deployed
    content = {"username": CHECKER.name, "password": stack.fleet.servers.passwords[CHECKER.name]}
    secrets = stack.account.client("secretsmanager")
    secrets.create_secret(Name="shared/checker", SecretString=json.dumps(content))
    names = ("orders-prod", "billing-staging", "ledger-aurora-1", "shipping-prod")
    ours = rows(command("--login", "secret", "shared/checker", "--logs", "--yes", "--database", *names))
    assert ours.keys() == {*names}
    assert {name: row for name, row in ours.items() if row != rows(report)[name]} == {}


def test_a_secret_that_names_its_server_opens_no_other_one(
    deployed: tuple[LocalStack, Document], command: Command
) -> None:
    _, report = deployed
    names = ("orders-prod", "billing-staging")
    ours = rows(command("--login", "secret", "tlscheck/orders-prod", "--logs", "--yes", "--database", *names))
    assert ours["orders-prod"] == rows(report)["orders-prod"]
    status, reason, _ = said(ours["billing-staging"])["not-observed"]
    assert (status, ours["billing-staging"]["certificate"][:7]) == ("NOT_OBSERVED", "TRUSTED")
    assert "orders-prod" in reason


def test_with_iam_for_all_who_takes_a_token_is_seen_as_by_the_probe_and_who_does_not_says_so(
    deployed: tuple[LocalStack, Document], command: Command
) -> None:
    _, report = deployed
    here = command("--login", "iam", "--logs", "--yes", "--database", "analytics-prod", "orders-prod")
    ours, theirs = rows(here), rows(report)
    assert ours["analytics-prod"] == theirs["analytics-prod"]
    assert ours["orders-prod"]["certificate"] == theirs["orders-prod"]["certificate"]
    status, _, _ = said(ours["orders-prod"])["tls-clients"]
    assert status in {"INFORMATIONAL", "NOT_OBSERVED"}
    assert "asks for a password instead of an IAM token" in said(ours["orders-prod"])["not-observed"][1]
