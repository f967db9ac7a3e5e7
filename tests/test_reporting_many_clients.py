"""All clients are in the report, also where there are more than are kept by name: each once, and counted alike."""

from tlscheck.ledger.client import Client, Sort
from tlscheck.ledger.sightings import learn
from tlscheck.reporting.result import DatabaseResult, row
from tlscheck.verdict.readiness import Readiness, Verdict

from tests.examples import client, evidence, plaintext_client


def name(number: int) -> str:
    """A name that does not fold with another."""
    return "app" + "".join("abcdefghij"[int(digit)] for digit in f"{number:04}")


def row_of(*clients: Client) -> DatabaseResult:
    return row(evidence(clients=learn((), clients)), (), Readiness(Verdict.FIX_CLIENTS, ""))


def test_whoever_counts_as_coming_without_tls_is_shown_as_such() -> None:
    shown = row_of(*(plaintext_client(name(number)) for number in range(420)))
    assert shown.plaintext_clients == 420
    assert [each.application for each in shown.clients if each.is_plaintext] == [name(n) for n in range(420)]
    assert {each.sort for each in shown.clients} == {Sort.CLIENT}


def test_who_came_both_ways_is_one_row() -> None:
    with_tls = [client(name(number)) for number in range(420)]
    shown = row_of(*with_tls, *(plaintext_client(name(number)) for number in range(0, 420, 7)))
    assert (shown.tls_clients, shown.plaintext_clients, len(shown.clients)) == (420, 60, 420)
    assert [each.application for each in shown.clients if each.is_plaintext] == [name(n) for n in range(0, 420, 7)]
    assert all(each.tls for each in shown.clients)
