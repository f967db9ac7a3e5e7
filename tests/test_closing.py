"""What is printed of a failing state, done as it stands, mends it and cuts nobody off: one state of each sort.

`make bench TOPIC=truth` closes all of them.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from tlscheck.inventory.force_ssl import Applied, Enforcement, ForceSsl
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.wire.observation import HandshakeOutcome

from tests.examples import database, evidence
from tests.truth.closing import Closer, Owner, closer, cut_off
from tests.truth.effects import Account, RefusedError
from tests.truth.states import State, states
from tests.verdicts import says, shaken

STATES = {each.name: each for each in states()}


@pytest.fixture(scope="module")
def close() -> Iterator[Closer]:
    with closer() as close:
        yield close


@pytest.mark.parametrize(
    "name",
    [
        "orders: static rds.force_ssl is 0, with a client without TLS",
        "orders and crm share a group",
        "shop: dynamic rds.force_ssl is 0, with a client without TLS",
        "ledger: rds.force_ssl is 1 after the next reboot",
        "catalog: takes TLSv1.1",
        "stock: logs nobody",
        "ledger-1: its certificate is retired",
        "orders: its renewal waits",
    ],
)
def test_what_is_printed_closes_it(close: Closer, name: str) -> None:
    assert close.why_not(STATES[name]) == ""


def test_the_bench_has_states_enough_each_under_a_name_of_its_own() -> None:
    every = list(states())
    assert len(STATES) == len(every)
    assert sum(each.is_verified for each in every) >= 30


def state(name: str = "orders: dynamic rds.force_ssl is 0, with a client without TLS") -> State:
    return STATES[name]


def test_who_does_not_move_is_cut_off(close: Closer, monkeypatch: pytest.MonkeyPatch) -> None:
    """An owner to whom nobody is named pastes the commands all the same."""
    follow = Owner.follow
    monkeypatch.setattr(
        Owner, "follow", lambda self, finding, told: follow(self, replace(finding, next_step=""), told)
    )
    assert close.why_not(state()).startswith("cut off: ['nightly-export']")


def test_what_mends_nothing_is_said_again(close: Closer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Account, "run", lambda *_: None)
    assert close.why_not(state()).startswith("still said: rds.force_ssl is 0")


def test_a_step_that_rds_would_refuse_closes_nothing(close: Closer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A static parameter that is set at once."""
    run = Account.run

    def at_once(self: Account, operation: str, parameters: dict[str, list[dict[str, str]]]) -> None:
        for each in parameters.get("Parameters", []):
            each["ApplyMethod"] = "immediate"
        run(self, operation, parameters)

    monkeypatch.setattr(Account, "run", at_once)
    told = close.why_not(state("orders: static rds.force_ssl is 0, without anybody"))
    assert told == "InvalidParameterCombination: a static parameter cannot be applied immediately"


@pytest.mark.parametrize(
    ("is_dynamic", "waits", "restarts"), [(True, True, False), (False, True, False), (False, False, True)]
)
def test_no_step_of_another_check_restarts_what_then_enforces_tls(
    *, is_dynamic: bool, waits: bool, restarts: bool
) -> None:
    """The reboot of a static parameter would put rds.force_ssl=1 into effect over the heads of its clients."""
    state = Enforcement.ENFORCED_AFTER_REBOOT if waits else Enforcement.ENFORCED
    applied = (Applied("orders-prod", "pending-reboot" if waits else "in-sync"),)
    told = ForceSsl(state, "orders-pg17", "it is 1", configured="1", applied=applied)
    of = database(force_ssl=told, parameter_kinds={"ssl": ParameterKind(is_dynamic)})
    finding = says("server-certificate", evidence(of, shaken(HandshakeOutcome.TLS_REFUSED)))
    assert any("reboot" in line for line in finding.commands) == restarts
    assert ("may put rds.force_ssl=1 into effect" in finding.next_step) == (waits and not is_dynamic)
    assert bool(finding.commands) == (is_dynamic or not waits)


def test_a_group_that_is_there_already_is_no_other_ones_to_change() -> None:
    account = Account(state("shop: dynamic rds.force_ssl is 0, without anybody").document)
    new = {
        "DBClusterParameterGroupName": "shop-postgres14-tls",
        "DBParameterGroupFamily": "postgres14",
        "Description": "Parameters of shop",
    }
    account.run("CreateDBClusterParameterGroup", new)
    with pytest.raises(RefusedError, match="DBParameterGroupAlreadyExists"):
        account.run("CreateDBClusterParameterGroup", new)


def test_who_verifies_is_cut_off_by_another_root() -> None:
    account, clients = Account(state().document), state().clients
    assert cut_off(account, clients) == set()
    account.run(
        "ModifyDBInstance",
        {
            "DBInstanceIdentifier": "orders",
            "CACertificateIdentifier": "rds-ca-ecc384-g1",
            "ApplyImmediately": False,
        },
    )
    assert cut_off(account, clients) == set()
    account.window()
    assert cut_off(account, clients) == {"app-of-orders"}
