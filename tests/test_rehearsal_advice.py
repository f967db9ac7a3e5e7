"""What a rehearsal says is to be done, and whose server it plays."""

from dataclasses import replace
from typing import Any

import pytest
from tlscheck.drivers.behaviour import Verifies
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal.advice import advice
from tlscheck.rehearsal.conclusion import Encrypts, Told
from tlscheck.rehearsal.contact import Startup
from tlscheck.rehearsal.goal import goal
from tlscheck.rehearsal.outlooks import Habits
from tlscheck.rehearsal.refusal import refused
from tlscheck.survival.assessment import Survival
from tlscheck.trust.trust_store import Authority

from tests.imagined_clients import aim

PROXY = "orders.proxy-c9x2example.eu-central-1.rds.amazonaws.com"
FULL = "sslmode=verify-full, or what its driver calls it"
STORE = "tlscheck trust-store build --region eu-central-1"
VERIFIES = f"Let it verify the server: {FULL}, with a store of the Region's roots ({STORE})."
USE_TLS = f"Let it use TLS and verify the server: {FULL}, with a store of the Region's roots ({STORE})."
ADD = f"Add the Region's roots to the store that it verifies with ({STORE}), then rehearse again."
LOOK = f"Look at the store that it verifies with: it must hold the Region's roots ({STORE})."
KEEP = f"Let it not go on in plaintext after it refused a server: {FULL}."
NAME = f"Let it verify the name too: {FULL}."

YES, NO, OPEN = Told(True), Told(False), Told[bool](None)
GOOD = Habits(
    encrypts=Told(Encrypts.ALWAYS),
    verifies=Told(Verifies.CHAIN_AND_NAME),
    takes_chain=False,
    falls_back=NO,
    takes_ecc=YES,
    begins_in_plaintext=False,
    trusts_present=YES,
    trusts_target=YES,
    holds_some=True,
)


@pytest.mark.parametrize(
    ("changes", "verdict", "said"),
    [
        ({}, Survival.SURVIVES, ""),
        ({"takes_chain": True, "verifies": Told(Verifies.NOTHING)}, Survival.SURVIVES, VERIFIES),
        ({"takes_chain": None, "verifies": Told(None), "trusts_target": OPEN}, Survival.UNKNOWN, ""),
        ({"encrypts": Told(Encrypts.NEVER), "takes_chain": None}, Survival.DOES_NOT, USE_TLS),
        ({"encrypts": Told(Encrypts.WHEN_REFUSED), "takes_chain": True}, Survival.SURVIVES, USE_TLS),
        ({"trusts_target": NO}, Survival.DOES_NOT, ADD),
        ({"trusts_present": NO, "falls_back": YES}, Survival.DOES_NOT, ADD),
        ({"trusts_target": OPEN}, Survival.UNKNOWN, LOOK),
        ({"falls_back": YES}, Survival.SURVIVES, KEEP),
        ({"verifies": Told(Verifies.CHAIN)}, Survival.SURVIVES, NAME),
        # whether it verifies the name is not known
        ({"verifies": Told(Verifies.CHAIN, "the name cannot be told")}, Survival.SURVIVES, ""),
    ],
)
def test_what_fits_a_client_is_said(changes: dict[str, Any], verdict: Survival, said: str) -> None:
    assert advice(aim(), replace(GOOD, **changes), verdict) == said


def test_a_proxys_clients_are_asked_about_its_roots_alone_and_no_ca_is_said_of_it() -> None:
    asked = goal([PROXY], "eu-central-1", None, None, roots())
    assert (asked.present, asked.target) == (Authority.PROXY, Authority.PROXY)
    assert {each.family for each in asked.roots} == {Authority.PROXY}
    with pytest.raises(BadRequest, match="RDS Proxy's certificates hang from none of the database's CAs"):
        goal([PROXY], "eu-central-1", None, Authority.RSA4096_G1, roots())


def test_who_goes_on_with_tls_is_told_that_this_is_no_database() -> None:
    said = refused(Startup("app", "orders", ""), None, 0, None)
    fields = {part[:1]: part[1:] for part in said[5:].decode().split("\0") if part}
    assert fields == {
        "S": "FATAL",
        "V": "FATAL",
        "C": "28000",
        "M": "this is a rehearsal of tlscheck, not the database",
        "D": "It shows certificates that a client should refuse, lets nobody in, and asks for no password.",
        "H": "Stop the rehearsal, or point this client back at its database.",
    }


def test_who_goes_on_without_is_told_what_rds_says_and_that_this_is_no_database() -> None:
    said = refused(Startup("app", "orders", ""), "10.0.0.7", 0, None).decode()
    assert '\0Mno pg_hba.conf entry for host "10.0.0.7", user "app", database "orders", no encryption\0' in said
    no_database = (
        "This is a rehearsal of tlscheck, not the database: nobody is let in, and no password is asked for."
    )
    assert f"\0D{no_database}\0" in said
