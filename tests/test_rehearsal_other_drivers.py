"""The rehearsal against drivers of other languages: pgjdbc always, node-postgres where it is installed."""

import json
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.trust.trust_store import Authority

from tests import java
from tests.client_matrix.clients import NODE, node_program
from tests.rehearsing.played import REGION, Played, played

ROOTS = {root.family: root for root in roots() if root.region == REGION}
HELD = ROOTS[Authority.RSA2048_G1]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Played]:
    with played() as here:
        yield here


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "root.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(HELD.der))
    return path


def pgjdbc(port: int, words: dict[str, str]) -> None:
    said = java.pgjdbc(f"jdbc:postgresql://localhost:{port}/shop", {"user": "app", "password": "never", **words})
    assert said.startswith("error: ")


_NODE = """
const pg = require('pg')
const client = new pg.Client(JSON.parse(process.argv[1]))
client.on('error', () => undefined)
client.connect().then(() => process.exit(1), () => process.exit(0))
"""


def node(port: int, ssl_words: dict[str, object]) -> None:
    program = node_program()
    assert program
    words = {"host": "localhost", "port": port, "user": "app", "database": "shop", "password": "never"}
    given = json.dumps({**words, "ssl": ssl_words})
    subprocess.run([program, "-e", _NODE, given], cwd=NODE, check=True, timeout=60)


def met(here: Played, trial: Trial, connect: Callable[[int], None]) -> Contact:
    here.until(lambda: here.running.reception.present == 0)
    here.direction.shows = trial
    here.direction.contacts.clear()
    connect(here.port)
    return here.after(1)[0]


def forged(family: Authority, key: Key, tls: Tls) -> Trial:
    return Trial(Shows.FORGERY, ROOTS[family].sha256, key, tls)


def test_pgjdbc_tells_what_it_holds_in_tls_1_2_alone(rehearsal: Played, store: Path) -> None:
    words = {"sslmode": "verify-full", "sslrootcert": str(store)}
    seen = {
        trial: met(rehearsal, trial, lambda port: pgjdbc(port, words))
        for tls in Tls
        for trial in (
            Trial(Shows.STRANGER, tls=tls),
            forged(Authority.RSA2048_G1, Key.RSA2048, tls),
            forged(Authority.RSA4096_G1, Key.RSA4096, tls),
        )
    }
    assert {each.ended for each in seen.values()} == {Ended.ALERTED}
    assert [each.alert for each in seen.values()] == [
        *("certificate_unknown", "bad_certificate", "certificate_unknown"),
        *("certificate_unknown", "certificate_unknown", "certificate_unknown"),
    ]


def test_pgjdbcs_prefer_goes_on_in_plaintext_after_our_error(rehearsal: Played) -> None:
    first = met(rehearsal, Trial(Shows.STRANGER), lambda port: pgjdbc(port, {"sslmode": "prefer"}))
    assert first.ended is Ended.STARTED
    assert rehearsal.after(2)[1].ended is Ended.PLAINTEXT


NODES = {"node-postgres": node} if node_program() else {}


def test_node_postgres_closes_without_an_alert(rehearsal: Played, store: Path) -> None:
    """In TLS 1.2 it ends the handshake first, and sends no StartupMessage."""
    trusting: dict[str, object] = {"ca": store.read_text()}
    for connect in NODES.values():
        for trial in (Trial(Shows.STRANGER), forged(Authority.RSA2048_G1, Key.RSA2048, Tls.V1_2)):
            found = met(rehearsal, trial, lambda port, connect=connect: connect(port, trusting))  # type: ignore[misc]
            assert (found.ended, found.spoken, found.startup) == (Ended.CLOSED, "TLSv1.2", None)
        found = met(
            rehearsal,
            Trial(Shows.STRANGER),
            lambda port, connect=connect: connect(port, {"rejectUnauthorized": False}),  # type: ignore[misc]
        )
        assert (found.ended, found.alert) == (Ended.STARTED, "")
