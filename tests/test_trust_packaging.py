"""The files of a trust store, byte by byte: each format, their names, and what none of them can hold."""

import base64
import hashlib

import pytest
import yaml
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import jks
from tlscheck.trust.packaging import NAME, File, Packaging, Wrapping, aliases, files, lines_of, sums
from tlscheck.trust.trust_store import Entry

from tests.trust_stores import entry

ONE, TWO = entry("Our Root", der=b"1"), entry("Their Root", der=b"22")
BUNDLE = (
    b"# CN=Our Root\n-----BEGIN CERTIFICATE-----\nMQ==\n-----END CERTIFICATE-----\n"
    b"# CN=Their Root\n-----BEGIN CERTIFICATE-----\nMjI=\n-----END CERTIFICATE-----\n"
)
OBJECT = 'apiVersion: v1\nkind: {kind}\nmetadata:\n  name: "orders"\n'


def sealed(certificates: object, password: str) -> bytes:
    """What stands for a PKCS12 here: what it was made of."""
    return f"{password} {list(certificates)!r}".encode()  # type: ignore[call-overload] # an iterable


def made(*packagings: Packaging, entries: tuple[Entry, ...] = (ONE, TWO), password: str = "secret") -> list[File]:  # noqa: S107 - of this test
    return list(files(packagings, entries, Wrapping("orders", password), sealed))


def test_each_format_as_it_is_written() -> None:
    assert made(*Packaging, Packaging.PEM) == [
        File("orders.pem", Packaging.PEM, BUNDLE),
        File("orders-der/our-root.der", Packaging.DER, b"1"),
        File("orders-der/their-root.der", Packaging.DER, b"22"),
        File("orders.p12", Packaging.PKCS12, b"secret [('our-root', b'1'), ('their-root', b'22')]"),
        File(
            "orders.jks",
            Packaging.JKS,
            jks.write([("our-root", b"1"), ("their-root", b"22")], "secret", ONE.not_before),
        ),
        File(
            "orders-configmap.yaml",
            Packaging.CONFIGMAP,
            (
                OBJECT.format(kind="ConfigMap")
                + "data:\n  orders.pem: |\n"
                + "    # CN=Our Root\n    -----BEGIN CERTIFICATE-----\n    MQ==\n    -----END CERTIFICATE-----\n"
                + "    # CN=Their Root\n    -----BEGIN CERTIFICATE-----\n    MjI=\n    -----END CERTIFICATE-----\n"
            ).encode(),
        ),
        File(
            "orders-secret.yaml",
            Packaging.SECRET,
            (
                OBJECT.format(kind="Secret")
                + f"type: Opaque\ndata:\n  orders.pem: {base64.b64encode(BUNDLE).decode()}\n"
            ).encode(),
        ),
    ]


def test_formats_come_in_the_order_in_which_they_were_asked_for() -> None:
    asked = [Packaging.JKS, Packaging.PEM, Packaging.JKS]
    assert [file.packaging for file in made(*asked)] == [Packaging.JKS, Packaging.PEM]
    assert made() == []


def test_the_names_of_the_formats() -> None:
    assert [each.value for each in Packaging] == ["pem", "der", "pkcs12", "jks", "configmap", "secret"]


def test_unless_it_is_said_a_trust_store_is_called_rds_ca_and_has_javas_password() -> None:
    assert Wrapping() == Wrapping("rds-ca", "changeit")


@pytest.mark.parametrize("packaging", [Packaging.CONFIGMAP, Packaging.SECRET])
def test_yaml_reads_a_name_that_looks_like_a_number(packaging: Packaging) -> None:
    (file,) = files([packaging], [ONE], Wrapping("2026"), sealed)
    document = yaml.safe_load(file.content)
    assert document["metadata"] == {"name": "2026"}
    assert list(document["data"]) == ["2026.pem"]


@pytest.mark.parametrize("packaging", [Packaging.CONFIGMAP, Packaging.SECRET])
def test_kubernetes_takes_a_mebibyte(packaging: Packaging) -> None:
    # 48 bytes are a line of 64 characters and its end; around them stand 59 and the comment
    def bundle(comment: int) -> tuple[Entry, ...]:
        return (entry("x" * comment, der=bytes(48 * 16130)),)

    (whole,) = made(Packaging.PEM, entries=bundle(1))
    short = 1024 * 1024 - len(whole.content)
    assert 0 < short < 150
    (largest,) = made(Packaging.PEM, entries=bundle(1 + short))
    assert len(largest.content) == 1024 * 1024
    assert len(made(packaging, entries=bundle(1 + short))) == 1
    with pytest.raises(BadRequest) as refused:
        made(packaging, entries=bundle(2 + short))
    assert str(refused.value) == (
        f"format {packaging.value}: the bundle has 1048577 bytes, and Kubernetes takes 1048576;"
        " choose fewer Regions or CAs"
    )


def test_java_reads_no_pkcs12_without_a_password() -> None:
    with pytest.raises(BadRequest) as refused:
        made(Packaging.PKCS12, password="")
    assert str(refused.value) == (
        "format pkcs12: Java cannot read it without a password, and the one given is empty"
    )
    assert len(made(Packaging.JKS, Packaging.PEM, password="")) == 2


def test_sums_are_a_line_for_each_file() -> None:
    found = [File("a.pem", Packaging.PEM, b"a"), File("b/c.der", Packaging.DER, b"")]
    assert found[0].sha256 == hashlib.sha256(b"a").hexdigest()
    assert sums(found) == (
        b"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb  a.pem\n"
        b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b/c.der\n"
    )
    assert sums([]) == b""


def test_of_earlier_sums_the_lines_that_are_whole_are_read() -> None:
    one, two = "0123456789abcdef" * 4, "f" * 64
    text = f"{one}  a.pem\n{two}  b-der/c-1.der\r\n".encode()
    assert lines_of(text) == ((one, "a.pem"), (two, "b-der/c-1.der"))
    odd = (
        *(b"# a", one.encode(), f"{one} a".encode(), f"{one[1:]}  a".encode(), f"{one.upper()}  a".encode()),
        *(f"{one}  {name}".encode() for name in ("../a", "/a", "a/b/c", "A", "a/", "a/../b", ".a")),
        f"{one}  ".encode() + b"\xff",
    )
    assert lines_of(b"\n".join([*odd, f"{two}  d".encode()])) == ((two, "d"),)
    assert lines_of(b"") == ()


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Amazon RDS eu-central-1 Root CA RSA2048 G1"], ["amazon-rds-eu-central-1-root-ca-rsa2048-g1"]),
        (["--A  b__9--"], ["a-b-9"]),
        (["größe"], ["gr-e"]),
        (["", "中"], ["certificate", "certificate-2"]),
        (["a", "A", "a", "b"], ["a", "a-2", "a-3", "b"]),
        (["a", "a-2", "a", "a"], ["a", "a-2", "a-3", "a-4"]),
        (["a-2", "a", "a"], ["a-2", "a", "a-3"]),
        (["x" * 81], ["x" * 80]),
        (["x" * 79 + " y"], ["x" * 79]),
        ([], []),
    ],
)
def test_a_certificate_is_called_by_its_name_and_a_number_where_two_share_it(
    names: list[str], found: list[str]
) -> None:
    assert list(aliases(entry(name) for name in names)) == found


@pytest.mark.parametrize(
    ("name", "is_good"),
    [
        ("rds-ca", True),
        ("a", True),
        ("9", True),
        ("a" * 53, True),
        ("a" * 54, False),
        ("", False),
        ("-a", False),
        ("a-", False),
        ("A", False),
        ("a.b", False),
        ("a/b", False),
    ],
)
def test_what_a_trust_store_may_be_called(name: str, is_good: bool) -> None:
    assert bool(NAME.fullmatch(name)) is is_good
