"""Files of roots as each reader reads them: by OpenSSL itself on every machine, and by rows for all."""

import os
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tlscheck.drivers.driver import Family
from tlscheck.edges.stores.files import parse
from tlscheck.edges.stores.machine import on_this_machine
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.trust_store import Reader

from tests.store_mangles import mangles, text_of

ROOT, OTHER = (x509.load_der_x509_certificate(each.der) for each in roots()[:2])
DER, BESIDE = (each.public_bytes(Encoding.DER) for each in (ROOT, OTHER))
PEM, PEM_BESIDE = (text_of("CERTIFICATE", each) for each in (DER, BESIDE))
FILES = {each.name: each for each in mangles(ROOT, OTHER)}


def taken_by_openssl(path: Path) -> bool:
    """Whether Python's own OpenSSL has the root of this file."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(path)
    except ssl.SSLError:
        return False
    return DER in context.get_ca_certs(binary_form=True)


def held_by(content: bytes, reader: Reader) -> set[bytes]:
    """What we say that a reader has of it; for a file that it refuses: nothing."""
    return set(parse(content).loaded(reader).certificates)


def test_no_file_that_openssl_refuses_is_called_usable(tmp_path: Path) -> None:
    dangerous, harmless = [], []
    for number, mangle in enumerate(each for each in FILES.values() if not each.is_directory):
        path = tmp_path / f"{number}.pem"
        path.write_bytes(mangle.content)
        found, _ = on_this_machine("", None)(Sought(Where.FILE, str(path)), Family.LIBPQ)
        says = not isinstance(found, Roots) and DER in found.loaded(Reader.OPENSSL).certificates
        if says and not taken_by_openssl(path):
            dangerous.append(mangle.name)
        # What a TRUSTED CERTIFICATE is for is asked when a chain is verified, not when it is loaded.
        is_of_interest = not mangle.name.startswith(("TRUSTED, ", "DER: byte "))
        if is_of_interest and taken_by_openssl(path) and not says:
            harmless.append(mangle.name)
    assert len(FILES) > 400
    assert (dangerous, harmless) == ([], [])


BAD = b"-----BEGIN CERTIFICATE-----\n****\n-----END CERTIFICATE-----\n"
BOTH = {"openssl", "node", "java", "go", ".NET"}


@pytest.mark.parametrize(
    ("content", "readers"),
    [
        pytest.param(PEM, BOTH, id="as it is"),
        pytest.param(PEM.replace(b"\n", b"\r\n"), BOTH, id="CR LF"),
        pytest.param(PEM.replace(b"\n", b"\r"), {"java", ".NET"}, id="CR alone"),
        pytest.param(PEM.replace(b"\n", b"\n\n"), {"java", "go", ".NET"}, id="an empty line after each"),
        pytest.param(b"x " + PEM, {".NET"}, id="text before BEGIN"),
        pytest.param(b"\0\n" + PEM, {"node", "java", "go", ".NET"}, id="a line of NUL before"),
        pytest.param(b"\xef\xbb\xbf" + PEM, {"openssl", "node", ".NET"}, id="BOM"),
        pytest.param(PEM + BAD, {"node", "go", ".NET"}, id="bad base64 behind"),
        pytest.param(BAD + PEM, {"go", ".NET"}, id="bad base64 before"),
        pytest.param(PEM + PEM_BESIDE[:400], {"node", "go", ".NET"}, id="cut behind"),
        pytest.param(PEM + text_of("DH PARAMETERS", b"\x30\x00"), BOTH - {"java"}, id="no certificate"),
        pytest.param(text_of("X509 CERTIFICATE", DER), {"openssl", "node", "java"}, id="an old label"),
        pytest.param(text_of("certificate", DER), {"java"}, id="a label in lower case"),
        pytest.param(
            text_of("TRUSTED CERTIFICATE", DER + bytes.fromhex("300c300a06082b06010505070301")),
            {"openssl", "node"},
            id="trusted for servers",
        ),
        pytest.param(
            text_of("TRUSTED CERTIFICATE", DER + bytes.fromhex("300ca00a06082b06010505070301")),
            set(),
            id="rejected for servers",
        ),
        pytest.param(FILES["PKCS7"].content, {"java"}, id="PKCS7"),
        pytest.param(DER, {"java", ".NET"}, id="DER"),
        pytest.param(b"0 s:CN=a\n" + PEM, {"openssl", "node", "go", ".NET"}, id="a first line that begins with 0"),
    ],
)  # fmt: skip
def test_each_reader_has_its_own_rules(content: bytes, readers: set[str]) -> None:
    found = {each.value for each in Reader if DER in held_by(content, each)}
    assert found & BOTH == readers


def test_one_odd_certificate_hides_no_other() -> None:
    odd = BESIDE.replace(b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x62", 1)
    store = parse(text_of("CERTIFICATE", odd) + PEM)
    assert [entry.der for entry in store.entries] == [DER]
    assert store.notes == (
        "certificate 1 cannot be read (98 is not a valid X509 version): many drivers refuse the whole store",
    )
    assert DER in store.loaded(Reader.OPENSSL).certificates
    assert store.loaded(Reader.JAVA).refusal == "block 1 of it is no certificate"


def test_a_certificate_that_cannot_be_read_is_told_in_our_own_words() -> None:
    store = parse(text_of("CERTIFICATE", BESIDE[:-9]) + text_of("CERTIFICATE", b"\x30\x03\x02\x01\x01") + PEM)
    assert not any("ParseError" in note or "kind" in note for note in store.notes)
    assert len(store.notes) == 2


def looked_into(path: str, family: Family = Family.PGJDBC, where: Where = Where.FILE) -> tuple[object, str]:
    return on_this_machine("", None)(Sought(where, path), family)


@pytest.mark.parametrize("family", [Family.LIBPQ, Family.PGJDBC, Family.NODE])
def test_a_path_that_the_system_refuses_is_an_answer(family: Family, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(PEM)
    absent = Roots.MISSING if family is Family.LIBPQ else Roots.BROKEN
    for path, words in (
        (str(tmp_path / "file" / "below"), "Not a directory"),
        ("a" * 300, "File name too long"),
    ):
        found, why = looked_into(path, family)
        assert (found, words in why) == (absent, True)


def test_a_file_that_may_not_be_read_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "roots.pem"
    path.write_bytes(PEM)

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)  # who runs the tests may be root
    assert looked_into(str(path)) == (Roots.BROKEN, f"{path}: Permission denied")


def test_a_binary_certificate_is_a_file_of_roots_to_pgjdbc_and_to_nobody_of_openssls_kin(tmp_path: Path) -> None:
    path = tmp_path / "root.der"
    path.write_bytes(DER)
    for family in (Family.LIBPQ, Family.ASYNCPG, Family.NODE, Family.PG8000, Family.R2DBC):
        assert looked_into(str(path), family) == (
            Roots.BROKEN,
            f"{path} is DER, which {family} does not read there",
        )
    found, why = looked_into(str(path))
    assert not isinstance(found, Roots)
    assert why == str(path)
