"""Trust stores of every kind are read for what the drivers see in them, and what is none is refused in words."""

import base64
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from hypothesis import given, settings
from hypothesis import strategies as st
from tlscheck.edges.stores.ciphers import write_pkcs12
from tlscheck.edges.stores.files import parse, read
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import jks, pem
from tlscheck.keystores.keystore import UnreadableStore
from tlscheck.trust.trust_store import Authority, Entry, Format, Reader, TrustStore

from tests import keystore_samples as samples
from tests.der_writer import TRUSTED, bag, named, octets, oid, old_mac, pbmac1, pkcs12, pkcs12_of, sealed, sequence
from tests.java import keytool
from tests.local_aws.fleet.certificates import regional
from tests.properties import tries

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROOTS = roots()
ONE, TWO, THREE = ROOTS[:3]


def held(store: TrustStore) -> list[str]:
    return [entry.sha256 for entry in store.entries]


def seen_by_java(store: TrustStore) -> list[str]:
    return [entry.sha256 for entry in store.entries if entry.is_for_java]


def keytool_store(path: Path, kind: str, entries: list[Entry], *options: str) -> Path:
    """A keystore that keytool made."""
    for number, entry in enumerate(entries):
        der = path.with_name(f"{number}.der")
        der.write_bytes(entry.der)
        done = keytool(
            *options, "-importcert", "-noprompt", "-file", der, "-alias", f"Root{number}", "-keystore", path,
            "-storepass", "changeit", "-storetype", kind,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout
    return path


# ------------------------------------------------------------------------------------------------- what is read


def test_the_roots_that_come_along_are_known_by_region_and_family() -> None:
    regions = {root.region for root in ROOTS if root.region}
    assert len(regions) >= 27
    for region in regions:
        families = sorted(root.family for root in ROOTS if root.region == region)
        assert families == [Authority.ECC384_G1, Authority.RSA2048_G1, Authority.RSA4096_G1]
    assert sum(root.family is Authority.PROXY for root in ROOTS) == 5


def test_a_pem_bundle_is_read_whole_whatever_stands_between() -> None:
    text = pem.write((root.subject, root.der) for root in ROOTS)
    store = parse(text.replace(b"\n", b"\r\n"))
    assert (store.format, store.notes) == (Format.PEM, ())
    assert held(store) == [root.sha256 for root in ROOTS]


def test_a_private_key_beside_the_certificates_is_told() -> None:
    store = parse(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + pem.block(ONE.der).encode())
    assert held(store) == [ONE.sha256]
    assert "block 1 is a private key" in store.notes[0]


def test_openssls_own_form_is_read_and_told() -> None:
    block = pem.block(ONE.der + b"\x30\x0a\x30\x08\x06\x06\x2b\x06\x01\x05\x05\x07").replace(
        " CERTIFICATE", " TRUSTED CERTIFICATE"
    )
    store = parse(block.encode())
    assert held(store) == [ONE.sha256]
    assert "Java reads nothing of the file" in store.notes[0]


@pytest.mark.parametrize(
    ("damage", "note", "held"),
    [
        (lambda text: text[:-200], "cut short or damaged: 2 blocks begin, 1 of them are whole", 1),
        (
            lambda text: text.replace("\n", "\n!", 1),
            "block 1 is no base64",
            2,
        ),  # some drivers pass over the letter
        (lambda text: text.replace("MII", "AII", 1), "certificate 1 cannot be read", 1),
    ],
)
def test_what_is_damaged_in_a_bundle_is_told(damage, note: str, held: int) -> None:  # type: ignore[no-untyped-def] # a lambda
    store = parse(damage(pem.block(ONE.der) + pem.block(TWO.der)).encode())
    assert len(store.entries) == held
    assert any(note in each for each in store.notes), store.notes


def test_one_certificate_in_binary_is_der() -> None:
    store = parse(ONE.der)
    assert (store.format, held(store), store.notes) == (Format.DER, [ONE.sha256], ())
    assert "7 bytes behind" in parse(ONE.der + b"garbage").notes[0]


def test_a_directory_is_read_and_a_certificate_under_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "one.pem").write_text(pem.block(ONE.der))
    (tmp_path / "0a1b2c3d.0").symlink_to("one.pem")
    (tmp_path / "two.crt").write_text(pem.block(TWO.der))
    (tmp_path / "README").write_text("no certificate")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    store = read(tmp_path)
    assert store.format is Format.PEM_DIRECTORY
    assert sorted(held(store)) == sorted([ONE.sha256, TWO.sha256])
    assert store.notes == ()
    (tmp_path / "0a1b2c3d.0").unlink()
    assert "openssl rehash" in read(tmp_path).notes[0]


@pytest.mark.parametrize("options", [(), ("-J-Dkeystore.pkcs12.legacy",)], ids=["of today", "as until JDK 15"])
def test_keytools_pkcs12_holds_what_java_trusts(tmp_path: Path, options: tuple[str, ...]) -> None:
    store = read(keytool_store(tmp_path / "store.p12", "PKCS12", [ONE, TWO], *options))
    assert store.format is Format.PKCS12
    assert sorted(seen_by_java(store)) == sorted([ONE.sha256, TWO.sha256])
    assert sorted(entry.alias.lower() for entry in store.entries) == ["root0", "root1"]
    assert store.notes == ()


def test_keytools_jks_holds_what_java_trusts(tmp_path: Path) -> None:
    store = read(keytool_store(tmp_path / "store.jks", "JKS", [ONE, TWO]))
    assert (store.format, store.notes) == (Format.JKS, ())
    assert sorted(seen_by_java(store)) == sorted([ONE.sha256, TWO.sha256])


@pytest.mark.parametrize("kind", ["PKCS12", "JKS"])
def test_java_trusts_the_certificate_of_a_private_key_too_and_it_is_told(tmp_path: Path, kind: str) -> None:
    done = keytool(
        "-genkeypair", "-alias", "me", "-keyalg", "EC", "-dname", "CN=me", "-keystore", tmp_path / "key",
        "-storepass", "changeit", "-keypass", "changeit", "-storetype", kind,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    store = read(tmp_path / "key")
    assert [(entry.name, entry.is_for_java) for entry in store.entries] == [("me", True)]
    assert store.notes == ("it holds a private key, which has no place in a trust store",)


OPENSSLS = ["PBES2", "TRIPLE_DES", "RC2_128", "RC2_40", "UNSEALED"]


@pytest.mark.parametrize("name", OPENSSLS)
def test_openssls_pkcs12_holds_nothing_that_java_sees(name: str) -> None:
    store = parse(getattr(samples, name), samples.PASSWORD)
    assert (held(store), seen_by_java(store)) == ([ONE.sha256], [])
    assert "Java sees 0 of its 1 certificates" in store.notes[-1]


@pytest.mark.parametrize("name", OPENSSLS)
def test_and_java_agrees(tmp_path: Path, name: str) -> None:
    path = tmp_path / "store.p12"
    path.write_bytes(getattr(samples, name))
    listed = keytool("-list", "-keystore", path, "-storepass", samples.PASSWORD)
    assert "contains 0 entries" in listed.stdout


def test_cryptographys_plain_pkcs12_holds_nothing_that_java_sees() -> None:
    certificates = [x509.load_der_x509_certificate(root.der) for root in (ONE, TWO)]
    encryption = BestAvailableEncryption(b"changeit")
    store = parse(serialize_key_and_certificates(None, None, None, certificates, encryption))
    assert (held(store), seen_by_java(store)) == ([ONE.sha256, TWO.sha256], [])


SHARED = [("root", ONE.der), ("ROOT", TWO.der), ("other", THREE.der)]


def test_of_those_that_share_an_alias_the_last_is_seen() -> None:
    store = parse(write_pkcs12(SHARED, "changeit"))
    assert seen_by_java(store) == [TWO.sha256, THREE.sha256]
    assert "2 certificates have the alias 'root': Java keeps only the last" in store.notes


def test_and_java_keeps_the_last(tmp_path: Path) -> None:
    path = tmp_path / "store.p12"
    path.write_bytes(write_pkcs12(SHARED, "changeit"))
    listed = keytool("-list", "-keystore", path, "-storepass", "changeit").stdout.replace(":", "").lower()
    assert [root.sha256 in listed for root in (ONE, TWO, THREE)] == [False, True, True]


def test_a_pkcs12_that_carries_no_digest_is_read_and_told() -> None:
    store = parse(pkcs12(bag(ONE.der, TRUSTED, named("root")), bag(TWO.der)))
    assert seen_by_java(store) == [ONE.sha256]
    assert store.notes[0] == "not checked for changes: it carries no digest"


def test_a_pkcs12_with_the_digest_of_rfc_9579_is_checked() -> None:
    bags = (bag(ONE.der, TRUSTED),)
    safes = pkcs12(*bags)
    inner = safes[safes.index(b"\x04", 20) :]  # the OCTET STRING of the safes, then its content
    content = inner[2 + (inner[1] & 0x7F if inner[1] & 0x80 else 0) :]
    keystore = pkcs12(*bags, mac=pbmac1(content, "secret"))
    assert held(parse(keystore, "secret")) == [ONE.sha256]
    with pytest.raises(UnreadableStore, match="digest does not match"):
        parse(keystore, "wrong")


def test_a_jks_with_a_password_of_its_own_is_read_as_java_reads_it_unchecked() -> None:
    written = jks.write([("root", ONE.der)], "something else", NOW)
    store = parse(written)
    assert held(store) == [ONE.sha256]
    assert "not checked for changes" in store.notes[0]
    assert parse(written, "something else").notes == ()


# ------------------------------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("content", "password", "words"),
    [
        (b"", None, "empty"),
        (b"hello", None, "no trust store that tlscheck knows"),
        ("-----BEGIN".encode("utf-16"), None, "UTF-16 or binary"),
        (b"kych rest", None, "keychain of macOS"),
        (b"\xce\xce\xce\xce rest", None, "JCEKS keystore, which tlscheck does not read; convert a copy: keytool"),
        (
            bytes.fromhex("00000002 00000014") + bytes(40),
            None,
            r"a BKS or UBER keystore of Bouncy Castle, .* keytool -importkeystore -srcstoretype BKS\|UBER",
        ),
        (
            sequence(sequence(sequence(oid("1.2.840.113549.1.5.13")), octets(b"x"))),
            None,
            "a BCFKS keystore of Bouncy",
        ),
        (
            pkcs12_of(sealed(1000, cipher="1.2.392.200011.61.1.1.1.4")),
            None,
            r"it uses Camellia-256, a cipher that tlscheck does not know \(1.2.392",
        ),
        (samples.PBES2, None, "has a password of its own"),
        (samples.PBES2, "wrong", "digest does not match: a wrong password, or it was changed"),
        (samples.PBES2[:-1], "secret", "damaged: cut short"),
        (samples.PBES2[:500], "secret", "damaged: cut short"),
        (jks.write([("root", ONE.der)], "secret", NOW), "wrong", "digest does not match"),
        (jks.write([("root", ONE.der)], "changeit", NOW)[:100], None, "cut short"),
        (ONE.der[:100], None, "damaged: cut short"),
        (pkcs12_of(sealed(1000)), None, "could not be deciphered"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_trust_store_is_refused_in_words(content: bytes, password: str | None, words: str) -> None:
    with pytest.raises(UnreadableStore, match=words):
        parse(content, password)


def test_a_jks_that_was_changed_is_refused_when_its_password_is_known() -> None:
    written = bytearray(jks.write([("root", ONE.der)], "changeit", NOW))
    written[len(written) // 2] ^= 1
    with pytest.raises(UnreadableStore, match="a wrong password, or it was changed"):
        parse(bytes(written), "changeit")


@pytest.mark.parametrize(
    ("bomb", "words"),
    [
        (pkcs12(bag(ONE.der), mac=old_mac(2**31 - 1)), "would take 2,147,483,647 rounds"),
        (pkcs12_of(sealed(2**31 - 1)), "would take 2,147,483,647 rounds"),
        (
            pkcs12_of(*[sealed(1_100_000)] * 50),
            "rounds or more of its key derivation; tlscheck stops at 2,000,000",
        ),
        (pkcs12(mac=old_mac(0)), "damaged: a key derivation of 0 rounds"),
        (b"\x30\x84\x7f\xff\xff\xff\x02\x01\x03" + bytes(50), "damaged: cut short"),
        (b"\xfe\xed\xfe\xed" + (2).to_bytes(4) + (2**32 - 1).to_bytes(4) + bytes(40), "claims 4294967295 entries"),
        (b"\xfe\xed\xfe\xed" + (2).to_bytes(4) + (9).to_bytes(4) + b"\0\0\0\2\xff\xff" + bytes(40), "cut short"),
        (pkcs12_of(bytes(200_000)), "damaged: more than 20000 elements"),
        (pem.block(b"x").encode() * 100_000, "100000 certificates: no trust store has more than 5000"),
    ],
    ids=["digest", "cipher", "many ciphers", "no rounds", "length", "entries", "alias", "elements", "blocks"],
)
def test_a_bomb_is_refused_before_it_goes_off(bomb: bytes, words: str) -> None:
    begun = time.monotonic()
    with pytest.raises(UnreadableStore, match=words):
        parse(bomb)
    assert time.monotonic() - begun < 10


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.jks").open("wb") as file:
        file.write(b"\xfe\xed\xfe\xed")
        file.truncate(50 * 1024 * 1024)
    with pytest.raises(UnreadableStore, match=r"large\.jks: 52428800 bytes: no trust store is as large"):
        read(tmp_path / "large.jks")
    with pytest.raises(UnreadableStore, match="more than 10485760 bytes"):
        parse(bytes(10 * 1024 * 1024 + 1))


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/tty")):
        with pytest.raises(UnreadableStore, match=r"neither a file nor a directory|No such device"):
            read(path)


@pytest.mark.parametrize("path", ["/does/not/exist", "a\0b", "\udcff", "x" * 5000])
def test_a_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(UnreadableStore):
        read(Path(path))


SEEDS = [
    *(
        samples.PBES2,
        samples.RC2_40,
        samples.UNSEALED,
        samples.OURS,
        ONE.der,
        pkcs12(bag(ONE.der, TRUSTED, named("a"))),
    ),
    *(jks.write([("root", ONE.der)], "changeit", NOW), pem.write([("root", ONE.der), ("root", TWO.der)])),
]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real trust store, some of its bytes replaced, taken out or put in."""
    content = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(content)))
        content[at : at + draw(st.integers(0, 8))] = draw(st.binary(max_size=8))
    return bytes(content)


@settings(max_examples=tries(400))
@given(st.one_of(damaged(), st.binary(max_size=300)), st.sampled_from([None, "secret", "changeit", "\ud800", ""]))
def test_no_bytes_make_it_fail_in_any_other_way(content: bytes, password: str | None) -> None:
    try:
        store = parse(content, password)
    except UnreadableStore:
        return
    for reader in Reader:
        assert set(store.anchors(reader, NOW)) <= set(store.entries)


@settings(max_examples=tries(200))
@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=50)), max_size=5), st.text(max_size=8))
def test_what_was_written_as_jks_is_read_back(entries: list[tuple[str, bytes]], password: str) -> None:
    encodable = [(alias.encode("utf-8", "replace").decode(), der) for alias, der in entries]
    found = jks.read(jks.write(encodable, password, NOW), password)
    assert [(each.alias, each.der) for each in found.bags] == encodable


# ------------------------------------------------------------------------------------------------ who sees what


def test_an_intermediate_is_an_anchor_for_some_readers_only() -> None:
    authority = regional("eu-central-1")
    intermediate = authority.subordinate.public_bytes(Encoding.PEM)
    store = parse(authority.root_pem + intermediate)
    root, subordinate = store.entries
    assert (subordinate.region, subordinate.family, subordinate.self_issued) == (
        "eu-central-1",
        Authority.RSA2048_G1,
        False,
    )
    assert store.anchors(Reader.OPENSSL, NOW) == (root,)
    assert store.anchors(Reader.PARTIAL_CHAIN, NOW) == store.anchors(Reader.JAVA, NOW) == (root, subordinate)


def test_an_expired_root_is_no_anchor() -> None:
    store = parse(ONE.der)
    assert store.anchors(Reader.JAVA, ONE.not_after) == store.entries
    assert store.anchors(Reader.JAVA, ONE.not_after + timedelta(seconds=1)) == ()


def test_a_reader_finds_nothing_in_a_format_that_it_cannot_read() -> None:
    keystore = parse(jks.write([("root", ONE.der)], "changeit", NOW))
    assert keystore.anchors(Reader.OPENSSL, NOW) == ()
    assert parse(ONE.der).anchors(Reader.OPENSSL, NOW) == ()
    assert keystore.missing([ONE, TWO], Reader.JAVA, NOW) == (TWO,)


def test_a_pem_block_is_what_base64_says() -> None:
    lines = pem.block(ONE.der).splitlines()
    assert base64.b64decode("".join(lines[1:-1])) == ONE.der
    assert max(map(len, lines)) == 64
