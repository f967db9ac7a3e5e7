"""Two hosts of which one fails: what libpq really does with both, and what is said of such a client."""

from datetime import UTC, datetime

from tlscheck.drivers.driver import Driver
from tlscheck.drivers.recognition import connection
from tlscheck.drivers.words import Words
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About, Survival
from tlscheck.survival.client_document import Question
from tlscheck.survival.prediction import Roots

from tests.client_matrix.several import Pair, pairs, read, run
from tests.client_matrix.world import Kind, world

VERSION = (18,)


def test_libpq_takes_the_first_host_that_it_can_log_in_to() -> None:
    with world() as here:
        happened = run(here)
    assert len(happened) == 180
    assert {each: what for each, what in happened.items() if each.expected(VERSION) != what} == {}
    # It holds today by the host that is well alone, which is why all hosts must survive.
    assert happened[Pair("verify-full", (Kind.OTHER_CA, Kind.GOOD))] == "TLS"
    assert happened[Pair("verify-full", (Kind.GOOD, Kind.OTHER_CA))] == "TLS"
    assert happened[Pair("verify-full", (None, Kind.OTHER_CA))] == "fails"


def test_what_was_recorded_of_two_hosts_is_what_the_model_says() -> None:
    recorded = read()
    assert list(recorded) == pairs()
    assert {each: what for each, what in recorded.items() if each.expected(VERSION) != what} == {}
    assert set(recorded.values()) == {"TLS", "plaintext", "fails"}
    assert {each.hosts_read() for each in recorded} == {2}


def test_a_client_of_which_one_host_fails_does_not_survive() -> None:
    text = "host=/var/run/postgresql,db.example.com sslmode=verify-full sslrootcert=/no.pem"
    now = datetime(2026, 11, 27, tzinfo=UTC)
    both = connection(Words(text, Driver.PSYCOPG))
    said = answer(both, Question(About.BOTH, None, "", "", ""), (), lambda *_: (Roots.MISSING, ""), now)
    assert [host.verdict for host in said.hosts] == [Survival.SURVIVES, Survival.DOES_NOT]
    assert said.assessment.verdict is Survival.DOES_NOT
