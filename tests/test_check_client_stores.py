"""What a person at the console gives as trust_store is what each answer there asks for."""

import base64
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tlscheck.drivers.driver import Family
from tlscheck.edges.events import trust_store_event
from tlscheck.edges.events.client_event import asked
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.machine import in_the_console
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import jks
from tlscheck.keystores.pem import write
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.trust_store import Reader, TrustStore

from tests import java

HELD = roots()[:2]
TEXT = write((root.subject, root.der) for root in HELD).decode()
NAMED = [(f"root{number}", root.der) for number, root in enumerate(HELD)]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def pkcs12(password: str = "changeit") -> bytes:  # noqa: S107 - Java's own
    return write_pkcs12(NAMED, password)


def pasted(content: bytes) -> str:
    """As `base64 FILE` prints it."""
    return base64.encodebytes(content).decode()


def given(store: str) -> TrustStore:
    request = asked({"connection": "host=h sslmode=verify-full sslrootcert=r.pem", "trust_store": store})
    assert request.trust_store is not None
    return request.trust_store


@pytest.mark.parametrize(
    "store",
    [
        pytest.param(TEXT, id="PEM"),
        pytest.param(pasted(pkcs12()), id="PKCS12"),
        pytest.param(pasted(jks.write(NAMED, "changeit", NOW)), id="JKS"),
    ],
)
@pytest.mark.parametrize(
    ("where", "family"),
    [
        (Where.JVM, Family.PGJDBC),
        (Where.FILE, Family.PGJDBC),
        (Where.FILE, Family.LIBPQ),
        (Where.CODE, Family.NODE),
    ],
)
def test_each_place_is_answered_with_whatever_holds_the_certificates(
    store: str, where: Where, family: Family
) -> None:
    found, _ = in_the_console(given(store), has_home_root=None)(Sought(where, "r.pem"), family)
    assert isinstance(found, TrustStore)
    readers = {Family.PGJDBC: Reader.JAVA, Family.LIBPQ: Reader.OPENSSL, Family.NODE: Reader.NODE}
    anchors = found.anchors(readers[family], NOW)
    assert {entry.sha256 for entry in anchors} == {entry.sha256 for entry in HELD}


def test_a_text_that_its_driver_refuses_is_refused_here_too() -> None:
    store = given(TEXT.replace("\n", "\r"))
    found, why = in_the_console(store, has_home_root=None)(Sought(Where.FILE, "r.pem"), Family.LIBPQ)
    assert found is Roots.BROKEN
    assert why.startswith("the trust store that was given: libpq refuses the whole file")


def test_a_keystore_of_keytool_is_taken(tmp_path: Path) -> None:
    (tmp_path / "root.der").write_bytes(HELD[0].der)
    path = tmp_path / "made"
    done = java.keytool(
        "-importcert", "-noprompt", "-file", tmp_path / "root.der", "-keystore", path, "-storepass", "changeit"
    )
    assert done.returncode == 0, done.stdout
    assert [entry.sha256 for entry in given(pasted(path.read_bytes())).entries] == [HELD[0].sha256]


@pytest.mark.parametrize("content", [pkcs12("hunter2"), jks.write(NAMED, "hunter2", NOW)], ids=["PKCS12", "JKS"])
def test_another_password_is_for_the_machine_where_it_lies(content: bytes) -> None:
    with pytest.raises(
        BadRequest, match=r"TLSCHECK_STORE_PASSWORD=\.\.\. tlscheck client .* --trust-store"
    ) as refused:
        given(pasted(content))
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("store", ["", "AAAA", "no store", "hunter2", base64.b64encode(b"hunter2").decode()])
def test_what_is_no_trust_store_is_refused_and_not_repeated(store: str) -> None:
    with pytest.raises(BadRequest, match=r"^trust_store: ") as refused:
        given(store)
    assert "hunter2" not in str(refused.value)


def test_a_store_of_the_jvm_is_asked_for_by_what_can_be_given() -> None:
    asked_for: Any = in_the_console(None, has_home_root=None)(Sought(Where.JVM), Family.PGJDBC)
    assert asked_for == (
        Roots.UNKNOWN,
        "what is in the JVM's trust store is not known: give it as trust_store",
    )


def odd() -> bytes:
    """A certificate of X.509's version 98, as PEM."""
    return write([("odd", HELD[1].der.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x62", 1))])


def test_one_odd_certificate_hides_no_other_at_either_door() -> None:
    text = odd().decode() + write([("root", HELD[0].der)]).decode()
    noted = ("certificate 1 cannot be read (98 is not a valid X509 version): many drivers refuse the whole store",)
    store = given(text)
    assert ([entry.der for entry in store.entries], store.notes) == ([HELD[0].der], noted)
    present = trust_store_event.asked({"present": text}).present
    assert present is not None
    assert ([entry.der for entry in present.entries], present.notes) == ([HELD[0].der], noted)


def test_a_present_keystore_is_taken_and_one_with_another_password_is_not() -> None:
    present = trust_store_event.asked({"present": pasted(pkcs12())}).present
    assert present is not None
    assert [entry.der for entry in present.entries] == [root.der for root in HELD]
    with pytest.raises(BadRequest, match=r"present: .* tlscheck trust-store build --merge"):
        trust_store_event.asked({"present": pasted(pkcs12("hunter2"))})
