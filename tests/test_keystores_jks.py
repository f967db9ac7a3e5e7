"""JKS byte by byte, and of either kind of keystore what Java makes of aliases that are alike."""

import hashlib
from datetime import UTC, datetime

import pytest
from tlscheck.keystores import jks
from tlscheck.keystores.keystore import Bag, Keystore, UnreadableStore

MOMENT = datetime(2026, 11, 24, 12, 30, 15, 250_000, tzinfo=UTC)
MILLISECONDS = (1_795_523_415_250).to_bytes(8)


def digested(body: bytes, password: str = "changeit") -> bytes:  # noqa: S107 - Java's own
    """With the digest that Java puts behind it: of the password in UTF-16, its own words and the body."""
    salted = password.encode("utf-16-be", "surrogatepass") + b"Mighty Aphrodite" + body
    return body + hashlib.sha1(salted, usedforsecurity=False).digest()


def keystore(*entries: bytes, version: int = 2, count: int | None = None) -> bytes:
    number = len(entries) if count is None else count
    return b"\xfe\xed\xfe\xed" + version.to_bytes(4) + number.to_bytes(4) + b"".join(entries)


def text(value: bytes) -> bytes:
    return len(value).to_bytes(2) + value


def certificate(der: bytes, version: int = 2) -> bytes:
    return (text(b"X.509") if version == 2 else b"") + len(der).to_bytes(4) + der


def trusted(alias: bytes, der: bytes, version: int = 2) -> bytes:
    return b"\0\0\0\2" + text(alias) + MILLISECONDS + certificate(der, version)


def private(alias: bytes, *chain: bytes, key: bytes = b"sealed key") -> bytes:
    certificates = b"".join(map(certificate, chain))
    return (
        b"\0\0\0\1" + text(alias) + MILLISECONDS + len(key).to_bytes(4) + key
        + len(chain).to_bytes(4) + certificates
    )  # fmt: skip


def refusal(data: bytes, password: str | None = None) -> str:
    with pytest.raises(UnreadableStore) as refused:
        jks.read(data, password)
    return str(refused.value)


# --------------------------------------------------------------------------------------------------------- written


def test_what_is_written_byte_by_byte() -> None:
    written = jks.write([("root", b"DER"), ("größe", b"other")], "secret", MOMENT)
    body = keystore(trusted(b"root", b"DER"), trusted("größe".encode(), b"other"))
    assert written == digested(body, "secret")
    assert jks.write([], "ä\ud800", MOMENT) == digested(keystore(), "ä\ud800")


# ------------------------------------------------------------------------------------------------------------ read


@pytest.mark.parametrize("version", [1, 2])
def test_trusted_certificates_of_either_version(version: int) -> None:
    data = digested(keystore(trusted(b"a", b"1", version), trusted(b"b\xff", b"22", version), version=version))
    expected = (Bag(b"1", "a", is_trusted=True), Bag(b"22", "b�", is_trusted=True))
    assert jks.read(data) == Keystore(expected, 0, ())


def test_of_a_private_keys_chain_java_trusts_the_first() -> None:
    data = digested(keystore(private(b"me", b"own", b"ca", b"root"), trusted(b"a", b"1"), private(b"bare")))
    assert jks.read(data) == Keystore(
        (
            Bag(b"own", "me", is_trusted=True),
            Bag(b"ca", "me", is_trusted=False),
            Bag(b"root", "me", is_trusted=False),
            Bag(b"1", "a", is_trusted=True),
        ),
        keys=2,
    )


def test_the_password_is_javas_default_where_none_is_given() -> None:
    unchecked = ("not checked for changes: its password is not Java's default, and none was given",)
    default, own = digested(keystore()), digested(keystore(), "own")
    assert jks.read(default).notes == jks.read(default, "changeit").notes == jks.read(own, "own").notes == ()
    assert jks.read(own).notes == unchecked
    why = "the JKS keystore's digest does not match: a wrong password, or it was changed"
    assert refusal(default, "") == refusal(own, "changeit") == why


def test_an_empty_keystore_has_32_bytes() -> None:
    data = digested(keystore())
    assert len(data) == 32
    assert jks.read(data) == Keystore((), 0, ())
    assert refusal(data[:-1]) == "a JKS keystore that is cut short: 31 bytes"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (keystore(version=0), "a JKS keystore of version 0; Java knows 1 and 2"),
        (keystore(version=3), "a JKS keystore of version 3; Java knows 1 and 2"),
        (keystore(count=5001), "a JKS keystore that claims 5001 entries; more than 5000 are not read"),
        (keystore(count=5000), "a JKS keystore that is cut short: 0 of 4 bytes"),
        (
            keystore(b"\0\0\0\1" + text(b"a") + bytes(8) + bytes(4) + (5001).to_bytes(4)),
            "a JKS keystore that claims 5001 entries; more than 5000 are not read",
        ),
        (
            keystore(b"\0\0\0\3" + text(b"a") + bytes(8)),
            "a JKS keystore with an entry of the unknown kind 3",
        ),
        (
            keystore(b"\0\0\0\0" + text(b"a") + bytes(8)),
            "a JKS keystore with an entry of the unknown kind 0",
        ),
        (keystore(trusted(b"a", b"1")) + b"xyz", "a JKS keystore with 3 bytes behind its last entry"),
        (keystore(trusted(b"a", b"1")[:-1]), "a JKS keystore that is cut short: 0 of 1 bytes"),
        (keystore(b"\0\0\0\2\0\5abc"), "a JKS keystore that is cut short: 3 of 5 bytes"),
        (keystore(b"\0\0\0\2" + text(b"a") + bytes(7)), "a JKS keystore that is cut short: 7 of 8 bytes"),
    ],
)
def test_what_is_no_jks_says_why(body: bytes, why: str) -> None:
    assert refusal(digested(body)) == why


def test_5000_entries_are_read() -> None:
    assert len(jks.read(digested(keystore(*[trusted(b"", b"1")] * 5000))).bags) == 5000


# --------------------------------------------------------------------------------------------------------- aliases


def test_java_keeps_the_last_trusted_one_of_an_alias() -> None:
    bags = (
        Bag(b"1", "Root", True),
        Bag(b"2", "root", False),  # no trusted one: it takes nobody's place
        Bag(b"3", "ROOT", True),
        Bag(b"4", "other", True),
        Bag(b"5", "root", False),
    )
    assert Keystore(bags, 3, ("a note",)).as_java_sees_it() == Keystore(
        (Bag(b"1", "Root", False), *bags[1:]),
        3,
        ("a note", "2 certificates have the alias 'root': Java keeps only the last"),
    )


def test_a_keystore_holds_no_private_key_unless_it_is_said() -> None:
    assert (Keystore(()).keys, Keystore(()).notes) == (0, ())


def test_certificates_without_an_alias_are_all_kept() -> None:
    bags = (Bag(b"1", "", True), Bag(b"2", "", True))
    assert Keystore(bags).as_java_sees_it() == Keystore(bags)


def test_ten_aliases_are_named_and_in_ascii() -> None:
    bags = [Bag(bytes([number]), f"ä{number:02}", True) for number in range(12) for _ in range(3)]
    notes = Keystore(tuple(bags)).as_java_sees_it().notes
    assert notes == tuple(
        f"3 certificates have the alias '\\xe4{number:02}': Java keeps only the last" for number in range(10)
    )
