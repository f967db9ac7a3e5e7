"""Is TLS enforced? One answer in every place: the findings, the verdict and the report's column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tlscheck.inventory.batch import Depth, Sweep
from tlscheck.inventory.database import Database
from tlscheck.inventory.force_ssl import Enforcement, ForceSsl
from tlscheck.verdict.check import Status
from tlscheck.verdict.enforcement import told_by_api
from tlscheck.verdict.finding import Finding, RememberedFinding
from tlscheck.verdict.heard import Heard, word_of
from tlscheck.verdict.readiness import Verdict
from tlscheck.wire.observation import Observation, Plaintext, PlaintextOutcome
from tlscheck.wire.targeting import not_tried

from tests.examples import (
    ENFORCED,
    NOT_ENFORCED,
    NOW,
    UNKNOWN_ENFORCEMENT,
    cluster,
    database,
    evidence,
    look,
    member,
    observation,
)
from tests.verdicts import findings, ready

ACCEPTS = replace(observation(), plaintext=Plaintext(PlaintextOutcome.ACCEPTED, ""))
REFUSES = replace(observation(), plaintext=Plaintext(PlaintextOutcome.REFUSED, ""))
RUNS_WITHOUT = observation(look=replace(look(), force_ssl=False))
RUNS_WITH = observation(look=replace(look(), force_ssl=True))
SILENT = observation()
UNTRIED = not_tried("arn", "no probe in vpc-0a1b2c3d")

TABLE_SAYS_1 = ForceSsl(
    Enforcement.ENFORCED, "default.postgres17", "rds.force_ssl is 1 only by our own table of versions", True
)
TABLE_SAYS_0 = replace(TABLE_SAYS_1, enforcement=Enforcement.NOT_ENFORCED)
WAITING_FOR_1 = ForceSsl(Enforcement.ENFORCED_AFTER_REBOOT, "orders-pg17", "rds.force_ssl becomes 1")
FULL, SAMPLE = Sweep("nightly", NOW, Depth.FULL), Sweep("sample", NOW + timedelta(minutes=15), Depth.SAMPLE)


@dataclass(frozen=True)
class Row:
    """The enforcement of a database, and what rests on it."""

    verdict: Verdict
    reason: str
    enforcement: Enforcement
    findings: tuple[Finding, ...]


def row(
    of: Database,
    seen: Observation | None = None,
    members: Mapping[str, Observation] | None = None,
    sweep: Sweep = FULL,
    remembered: tuple[RememberedFinding, ...] = (),
) -> Row:
    """The row of a database, its members by identifier."""
    known = evidence(of, seen)
    known = replace(known, at=sweep.started_at, depth=sweep.depth)
    known = known if members is None else replace(known, members=heard(members))
    verdict = ready(known, *remembered)
    return Row(verdict.verdict, verdict.reason, known.enforcement.state, findings(known))


def heard(members: Mapping[str, Observation]) -> dict[str, Heard]:
    """What this sweep's looks at them heard."""
    return {name: Heard(word_of(seen, NOW), is_new=True) for name, seen in members.items()}


def finding(of: Row, check: str) -> Finding:
    return next(each for each in of.findings if each.check == check)


RESTARTS = (
    "This restarts the server, which interrupts every connection. What else waits in its parameter group is"
    " applied with it."
)
REFUSING = "It refuses clients without TLS today, and takes them again after the reboot."
TWO = {"ledger-1": "rds-ca-rsa2048-g1", "ledger-2": "rds-ca-rsa2048-g1"}


@pytest.mark.parametrize("seen", [ACCEPTS, RUNS_WITHOUT])
def test_a_member_that_takes_plaintext_is_to_be_fixed_whatever_the_api_says(seen: Observation) -> None:
    taken = row(member(), seen)
    assert (taken.verdict, taken.enforcement) == (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED)
    assert taken.reason.startswith("Its cluster's TLS enforcement: the server ")


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (ACCEPTS, "ledger-2: the server accepts a client without TLS"),
        (RUNS_WITHOUT, "ledger-2: the server runs with rds.force_ssl off"),
    ],
)
def test_a_cluster_fails_by_the_member_that_takes_plaintext_and_names_it(seen: Observation, says: str) -> None:
    of = row(cluster(member_authorities=TWO), members={"ledger-1": REFUSES, "ledger-2": seen})
    assert (of.verdict, of.enforcement) == (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED)
    found = finding(of, "force-ssl")
    assert found.status is Status.FAILED
    assert found.reason == f"{says}; AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
    assert "already" not in finding(of, "upgrade-enforces-tls").reason


@pytest.mark.parametrize("of", [database(), cluster()])
def test_what_takes_plaintext_is_nowhere_said_to_enforce_tls(of: Database) -> None:
    taken = row(of, ACCEPTS, {"ledger-1": ACCEPTS})
    assert taken.enforcement is Enforcement.NOT_ENFORCED
    assert finding(taken, "force-ssl").status is Status.FAILED
    assert "rds.force_ssl is or will be 1 already" not in finding(taken, "upgrade-enforces-tls").reason
    assert taken.verdict is Verdict.FIX_DATABASE


@pytest.mark.parametrize("of", [database(force_ssl=NOT_ENFORCED), cluster(force_ssl=NOT_ENFORCED)])
@pytest.mark.parametrize("seen", [REFUSES, RUNS_WITH])
def test_what_refuses_plaintext_while_the_api_says_0_takes_it_once_that_is_applied(
    of: Database, seen: Observation
) -> None:
    taken = row(of, seen, {"ledger-1": seen})
    assert taken.enforcement is Enforcement.NOT_ENFORCED_AFTER_REBOOT
    assert finding(taken, "force-ssl").status is Status.WARNING
    assert taken.verdict is Verdict.FIX_DATABASE
    assert "already" not in finding(taken, "upgrade-enforces-tls").reason


@pytest.mark.parametrize("seen", [REFUSES, RUNS_WITH])
def test_a_member_that_refuses_while_the_api_says_0_gives_its_clusters_answer(seen: Observation) -> None:
    taken = row(member(force_ssl=NOT_ENFORCED), seen)
    assert taken.enforcement is Enforcement.NOT_ENFORCED_AFTER_REBOOT
    assert taken.verdict is Verdict.FIX_DATABASE


@pytest.mark.parametrize("state", [TABLE_SAYS_1, TABLE_SAYS_0])
@pytest.mark.parametrize("make", [database, member, cluster])
def test_what_only_our_own_table_says_is_shown_as_unknown(make: Callable[..., Database], state: ForceSsl) -> None:
    taken = row(make(force_ssl=state))
    assert taken.enforcement is Enforcement.UNKNOWN
    assert taken.verdict is Verdict.NOT_OBSERVED
    assert [each.status for each in taken.findings if each.check == "force-ssl"] in ([], [Status.NOT_OBSERVED])


@pytest.mark.parametrize("state", [TABLE_SAYS_1, TABLE_SAYS_0, UNKNOWN_ENFORCEMENT])
def test_a_server_that_refuses_is_believed_where_the_api_says_nothing(state: ForceSsl) -> None:
    taken = row(database(force_ssl=state), REFUSES)
    assert (taken.enforcement, taken.verdict) == (Enforcement.ENFORCED, Verdict.CLEAR)
    assert finding(taken, "force-ssl").status is Status.PASSED
    assert finding(taken, "not-observed").status is Status.PASSED


def test_a_lost_database_is_never_said_to_enforce_tls_by_our_own_table() -> None:
    for state, column in ((TABLE_SAYS_1, Enforcement.UNKNOWN), (ENFORCED, Enforcement.ENFORCED)):
        assert told_by_api(database(force_ssl=state)).state is column


@pytest.mark.parametrize(
    ("state", "members", "together"),
    [
        # A member that nobody could connect to: the API's word is all there is, as of an instance.
        (ENFORCED, {"ledger-1": UNTRIED, "ledger-2": UNTRIED}, Enforcement.ENFORCED),
        (ENFORCED, {"ledger-1": REFUSES, "ledger-2": SILENT}, Enforcement.ENFORCED),
        # One member that refuses says nothing of the other.
        (UNKNOWN_ENFORCEMENT, {"ledger-1": REFUSES, "ledger-2": SILENT}, Enforcement.UNKNOWN),
        (TABLE_SAYS_1, {"ledger-1": REFUSES, "ledger-2": SILENT}, Enforcement.UNKNOWN),
        (UNKNOWN_ENFORCEMENT, {"ledger-1": REFUSES, "ledger-2": RUNS_WITH}, Enforcement.ENFORCED),
        (WAITING_FOR_1, {"ledger-1": REFUSES, "ledger-2": SILENT}, Enforcement.ENFORCED_AFTER_REBOOT),
        (WAITING_FOR_1, {"ledger-1": REFUSES, "ledger-2": REFUSES}, Enforcement.ENFORCED),
        (WAITING_FOR_1, {"ledger-1": REFUSES, "ledger-2": ACCEPTS}, Enforcement.ENFORCED_AFTER_REBOOT),
        (NOT_ENFORCED, {"ledger-1": REFUSES, "ledger-2": SILENT}, Enforcement.NOT_ENFORCED),
        (UNKNOWN_ENFORCEMENT, {"ledger-1": ACCEPTS, "ledger-2": SILENT}, Enforcement.NOT_ENFORCED),
        # A member that the sweep did not look at at all.
        (ENFORCED, {"ledger-1": REFUSES}, Enforcement.UNKNOWN),
        (ENFORCED, {}, Enforcement.UNKNOWN),
        (UNKNOWN_ENFORCEMENT, {"ledger-1": REFUSES}, Enforcement.UNKNOWN),
        (NOT_ENFORCED, {"ledger-1": REFUSES}, Enforcement.NOT_ENFORCED),
        (ENFORCED, {"ledger-1": ACCEPTS}, Enforcement.NOT_ENFORCED),
    ],
)
def test_a_cluster_is_enforced_only_where_no_member_says_otherwise(
    state: ForceSsl, members: dict[str, Observation], together: Enforcement
) -> None:
    assert row(cluster(force_ssl=state, member_authorities=TWO), members=members).enforcement is together


def test_a_cluster_names_the_member_that_was_not_looked_at() -> None:
    of = row(cluster(member_authorities=TWO), members={"ledger-1": REFUSES})
    found = finding(of, "force-ssl")
    assert found.status is Status.NOT_OBSERVED
    assert found.reason == (
        "this sweep did not look at ledger-2, a member of the cluster; "
        "AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
    )
    assert found.told_step == "Have ledger-2 listed and not excluded, so that a sweep looks at it too."
    assert of.verdict is Verdict.NOT_OBSERVED


@pytest.mark.parametrize("status", ["applying", "failed-to-apply", "nothing"])
def test_a_refusal_does_not_make_a_0_whose_coming_is_not_known_enforced(status: str) -> None:
    reason = f"rds.force_ssl is 0 in orders-pg17, but the API says of the group: {status} on orders-prod"
    coming = ForceSsl(Enforcement.UNKNOWN, "orders-pg17", reason, configured="0")
    of = row(database(force_ssl=coming), REFUSES)
    assert (of.enforcement, of.verdict) == (Enforcement.UNKNOWN, Verdict.NOT_OBSERVED)
    assert {each.check: each.status for each in of.findings if each.check in {"force-ssl", "not-observed"}} == {
        "force-ssl": Status.NOT_OBSERVED,
        "not-observed": Status.NOT_OBSERVED,
    }
    assert finding(of, "upgrade-enforces-tls").status is Status.NOT_OBSERVED
    assert row(database(force_ssl=replace(coming, configured="1")), REFUSES).enforcement is Enforcement.ENFORCED
    assert row(database(force_ssl=coming), ACCEPTS).enforcement is Enforcement.NOT_ENFORCED


def test_a_sample_tells_what_the_api_said_as_what_the_last_full_sweep_heard() -> None:
    of = row(database(force_ssl=NOT_ENFORCED), RUNS_WITH, sweep=SAMPLE)
    found = finding(of, "force-ssl")
    assert found.reason.startswith("the server runs with rds.force_ssl on; AWS's API, at the last full sweep: ")
    since = f"{REFUSING[:-1]}, unless rds.force_ssl was changed since."
    assert found.told_step.startswith(f"{since} {RESTARTS} To keep it so: aws rds ")
    full = finding(row(database(force_ssl=NOT_ENFORCED), RUNS_WITH), "force-ssl")
    assert full.reason.startswith("the server runs with rds.force_ssl on; AWS's API: ")
    assert full.told_step.startswith(f"{REFUSING} {RESTARTS} To keep it so: aws rds ")


def test_what_our_table_says_is_not_called_the_apis_word() -> None:
    said = finding(row(database(force_ssl=TABLE_SAYS_0), ACCEPTS), "force-ssl").reason
    assert said == (
        "the server accepts a client without TLS; rds.force_ssl is 1 only by our own table of versions"
    )


def test_a_cluster_whose_members_all_refuse_says_so_alike_however_each_of_them_told() -> None:
    of = cluster(member_authorities=TWO)
    said = {
        finding(row(of, members={"ledger-1": one, "ledger-2": other}), "force-ssl").reason
        for one in (REFUSES, RUNS_WITH)
        for other in (REFUSES, RUNS_WITH)
    }
    assert said == {
        "every member refuses a client without TLS; AWS's API: rds.force_ssl is 1 in orders-pg17 (in-sync)"
    }


@pytest.mark.parametrize(
    ("of", "members"), [(database(), None), (cluster(member_authorities=TWO), {"ledger-1": ACCEPTS})]
)
def test_a_parameter_that_is_set_already_is_not_to_be_set_again(
    of: Database, members: dict[str, Observation] | None
) -> None:
    step = finding(row(of, ACCEPTS, members), "force-ssl").told_step
    assert step.startswith("Setting rds.force_ssl again mends nothing. ")
    assert "aws rds" not in step
    off = finding(row(replace(of, force_ssl=NOT_ENFORCED), ACCEPTS, members), "force-ssl").told_step
    assert "aws rds modify-db-" in off


def test_a_sample_says_of_enforcement_what_the_server_said() -> None:
    later = row(database(), ACCEPTS, sweep=SAMPLE)
    assert finding(later, "force-ssl").status is Status.FAILED
    assert (later.verdict, later.enforcement) == (Verdict.FIX_DATABASE, Enforcement.NOT_ENFORCED)
    assert finding(later, "upgrade-enforces-tls").status is Status.INFORMATIONAL


def test_a_sample_to_which_the_server_says_nothing_leaves_enforcement_as_it_was_found() -> None:
    full = row(database(), ACCEPTS)
    before = RememberedFinding(finding(full, "force-ssl"), NOW, NOW, NOW, NOW)
    later = row(database(), SILENT, sweep=SAMPLE, remembered=(before,))
    assert "force-ssl" not in {each.check for each in later.findings}
    assert later.verdict is Verdict.FIX_DATABASE
