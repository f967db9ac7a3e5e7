"""What goes into a new trust store, what it's called, what files it makes, and how clients are told of them."""

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import pem
from tlscheck.trust.coverage import Fitness, coverage, remarks
from tlscheck.trust.instructions import instructions
from tlscheck.trust.order import Order, select
from tlscheck.trust.packaging import File, Packaging, Wrapping, aliases, files, sums
from tlscheck.trust.trust_store import Authority, Entry, Format, Reader, TrustStore, region_and_family

from tests.trust_stores import NOW, entry, root, store

KNOWN = [
    *(root(region, kind) for region in ("eu-central-1", "us-east-1") for kind in ("RSA2048", "RSA4096", "ECC384")),
    entry("Amazon Root CA 1"),
]
EUROPE, AMERICA, PROXY = KNOWN[:3], KNOWN[3:6], KNOWN[6]
ISSUED_TODAY = (Authority.RSA2048_G1, Authority.RSA4096_G1, Authority.ECC384_G1)
OLD = entry("Amazon RDS Root 2019 CA", days=-1)
OWN = entry("Our Own CA")


# ----------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("name", "region", "family"),
    [
        ("Amazon RDS eu-central-1 Root CA RSA2048 G1", "eu-central-1", Authority.RSA2048_G1),
        ("Amazon RDS us-gov-west-1 Root CA RSA4096 G1", "us-gov-west-1", Authority.RSA4096_G1),
        ("Amazon RDS us-east-2 Subordinate CA ECC384 G1.A.2", "us-east-2", Authority.ECC384_G1),
        ("Amazon RDS eusc-de-east-1 Root CA RSA2048 G1", "eusc-de-east-1", Authority.RSA2048_G1),
        ("Amazon RDS us-isof-south-1 Root CA ECC384 G1", "us-isof-south-1", Authority.ECC384_G1),
        ("Amazon RDS nonsense Root CA RSA2048 G1", None, Authority.OTHER),
        ("Amazon RDS eu-central-1 Root CA RSA8192 G9", None, Authority.OTHER),
        ("Amazon RDS Beta us-east-1 Root CA RSA2048 G1", None, Authority.RSA2048_G1),
        ("Amazon RDS Preview us-east-2 Root CA ECC384 G1", None, Authority.ECC384_G1),
        ("Amazon RDS Root 2019 CA", None, Authority.RETIRED),
        ("Amazon RDS Beta Root 2019 CA", None, Authority.RETIRED),
        ("Amazon RDS eu-west-1 2019 CA", "eu-west-1", Authority.RETIRED),
        ("Amazon RDS af-south-1 Root CA", "af-south-1", Authority.RETIRED),
        ("Amazon RDS me-south-1 CA", "me-south-1", Authority.RETIRED),
        ("Amazon Root CA 3", None, Authority.PROXY),
        ("Starfield Services Root Certificate Authority - G2", None, Authority.PROXY),
        ("Amazon Root CA 9", None, Authority.OTHER),
        ("Amazon RDS eu-central-1 Root CA RSA2048 G1 not", None, Authority.OTHER),
        ("Not Amazon RDS eu-central-1 Root CA RSA2048 G1", None, Authority.OTHER),
    ],
)
def test_a_name_tells_region_and_family(name: str, region: str | None, family: Authority) -> None:
    assert region_and_family(name) == (region, family)


@given(st.text())
def test_any_other_name_is_somebody_elses(name: str) -> None:
    assert region_and_family(name) == (None, Authority.OTHER)


# ------------------------------------------------------------------------------------------------------- selection


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(), EUROPE + AMERICA),
        (Order(regions=("us-east-1",)), AMERICA),
        (Order(regions=("us-east-1",), authorities=(Authority.ECC384_G1,)), AMERICA[2:]),
        (Order(regions=("us-east-1",), with_proxy=True), [*AMERICA, PROXY]),
    ],
)
def test_an_order_is_filled_from_the_roots_that_are_known(order: Order, expected: list[Entry]) -> None:
    selection = select(order, KNOWN, None, NOW)
    assert (list(selection.entries), selection.left_out) == (expected, ())


def test_present_certificates_stay_and_none_is_there_twice() -> None:
    selection = select(Order(regions=("us-east-1",)), KNOWN, store(OWN, AMERICA[0], OLD, notes=("damaged",)), NOW)
    assert selection.entries == (OWN, *AMERICA)
    assert selection.left_out == (OLD,)
    assert selection.notes == ("damaged",)


def test_expired_ones_are_kept_by_choice() -> None:
    selection = select(Order(regions=("us-east-1",), keep_expired=True), KNOWN, store(OLD), NOW)
    assert selection.entries == (OLD, *AMERICA)
    assert selection.left_out == ()


def test_a_region_without_roots_is_named_and_nothing_is_made() -> None:
    with pytest.raises(BadRequest, match=r"regions: 'xx-moon-1' is not allowed; .* eu-central-1, us-east-1$"):
        select(Order(regions=("us-east-1", "xx-moon-1")), KNOWN, None, NOW)


def test_a_trust_store_of_nothing_is_not_made() -> None:
    with pytest.raises(BadRequest, match="expired"):
        select(Order(), [replace(root("us-east-1", "RSA2048"), not_after=NOW - timedelta(days=1))], None, NOW)


# ----------------------------------------------------------------------------------------------------------- files


def unsealed(certificates: object, password: str) -> bytes:
    return f"{password} {list(certificates)!r}".encode()  # type: ignore[call-overload] # an iterable


def made(packaging: Packaging, entries: list[Entry], wrapping: Wrapping = Wrapping()) -> tuple[File, ...]:  # noqa: B008 - frozen
    return files([packaging], entries, wrapping, unsealed)


def test_files_are_named_after_the_trust_store() -> None:
    found = [file.name for kind in Packaging for file in made(kind, EUROPE[:1], Wrapping("orders"))]
    assert found == [
        "orders.pem",
        "orders-der/amazon-rds-eu-central-1-root-ca-rsa2048-g1.der",
        "orders.p12",
        "orders.jks",
        "orders-configmap.yaml",
        "orders-secret.yaml",
    ]


def test_a_format_that_is_asked_for_twice_is_made_once() -> None:
    assert len(files([Packaging.PEM, Packaging.PEM], EUROPE, Wrapping(), unsealed)) == 1


def test_sums_are_what_sha256sum_checks() -> None:
    (file,) = made(Packaging.PEM, EUROPE)
    assert sums([file]) == f"{hashlib.sha256(file.content).hexdigest()}  rds-ca.pem\n".encode()


@pytest.mark.parametrize("packaging", [Packaging.CONFIGMAP, Packaging.SECRET])
def test_what_kubernetes_does_not_take_is_not_made(packaging: Packaging) -> None:
    # Kubernetes: at most 1 MiB. A thousand bytes are 1357 of PEM, so that this has little more.
    large = [entry(f"CA {number}", der=bytes(1000)) for number in range(1024 * 1024 // 1300)]
    with pytest.raises(BadRequest, match=f"format {packaging}: the bundle has 1[0-9]+ bytes"):
        made(packaging, large)


def test_a_keystore_that_java_could_not_open_is_not_made() -> None:
    with pytest.raises(BadRequest, match="without a password"):
        made(Packaging.PKCS12, EUROPE, Wrapping(password=""))


@given(st.lists(st.text(max_size=120), max_size=30))
def test_aliases_are_short_safe_and_all_different_for_java(names: list[str]) -> None:
    found = aliases(entry(name) for name in names)
    assert len({alias.lower() for alias in found}) == len(names)
    assert all(alias and set(alias) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for alias in found)
    assert all(len(alias) < 90 for alias in found)


@given(st.lists(st.tuples(st.text(max_size=80), st.binary(min_size=1, max_size=200)), max_size=10))
def test_a_bundle_holds_what_was_put_into_it_whatever_its_names_are(entries: list[tuple[str, bytes]]) -> None:
    blocks = pem.read(pem.write(entries))
    assert (blocks.certificates, blocks.notes) == (tuple(der for _, der in entries), ())


def test_a_name_cannot_smuggle_a_certificate_into_a_bundle() -> None:
    smuggled = f"x\n{pem.block(b'evil')}"
    assert pem.read(pem.write([(smuggled, b"good")])).certificates == (b"good",)


# ---------------------------------------------------------------------------------------------------- instructions


@pytest.mark.parametrize("packaging", Packaging)
def test_no_instruction_repeats_a_password_of_the_clients_own(packaging: Packaging) -> None:
    own = Wrapping(password="correct horse")  # noqa: S106 - of this test
    (file, *_) = made(packaging, EUROPE, own)
    told = instructions(file, f"/x/{file.name}", own)
    assert told
    assert "correct horse" not in str(told)


def test_each_client_is_told_of_the_bundle() -> None:
    (file,) = made(Packaging.PEM, EUROPE)
    told = {each.client: each.command for each in instructions(file, "/a b/rds-ca.pem", Wrapping())}
    assert list(told) == ["psql", "pgAdmin", "JDBC", "psycopg", "node"]
    assert "sslrootcert=/a%20b/rds-ca.pem" in told["JDBC"]


# -------------------------------------------------------------------------------------------------------- coverage


@pytest.mark.parametrize(
    ("held", "reader", "readiness", "words"),
    [
        (store(*EUROPE), Reader.OPENSSL, Fitness.READY, "it holds Amazon RDS eu-central-1 Root CA RSA2048 G1"),
        (
            store(*EUROPE[:2]),
            Reader.OPENSSL,
            Fitness.MISSING,
            "not in it: Amazon RDS eu-central-1 Root CA ECC384 G1",
        ),
        (store(*AMERICA), Reader.OPENSSL, Fitness.MISSING, "not in it: "),
        (store(*EUROPE, kind=Format.JKS), Reader.OPENSSL, Fitness.MISSING, "in it, but not as openssl reads it"),
        (store(*EUROPE, kind=Format.JKS), Reader.JAVA, Fitness.READY, "it holds"),
        (
            store(*(replace(each, is_for_java=False) for each in EUROPE), kind=Format.PKCS12),
            Reader.JAVA,
            Fitness.MISSING,
            "in it, but not as java reads it",
        ),
        (
            store(*(entry(each.name, der=b"impostor") for each in EUROPE)),
            Reader.OPENSSL,
            Fitness.MISSING,
            "not in it: ",
        ),
    ],
)
def test_a_trust_store_is_ready_when_its_reader_finds_every_root(
    held: TrustStore, reader: Reader, readiness: Fitness, words: str
) -> None:
    answer = coverage(held, KNOWN, "eu-central-1", ISSUED_TODAY, reader, NOW)
    assert answer.readiness is readiness
    assert words in answer.reason


def test_a_region_whose_roots_are_not_known_is_never_judged() -> None:
    answer = coverage(store(*EUROPE), KNOWN, "il-central-1", ISSUED_TODAY, Reader.JAVA, NOW)
    assert answer.readiness is Fitness.UNKNOWN
    partly = coverage(store(*EUROPE), EUROPE[:1], "eu-central-1", ISSUED_TODAY, Reader.JAVA, NOW)
    assert partly.readiness is Fitness.UNKNOWN
    assert "no root of rds-ca-rsa4096-g1, rds-ca-ecc384-g1 in eu-central-1" in partly.reason


def test_what_strikes_the_eye_is_said() -> None:
    intermediate = entry("Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.2", self_issued=False)
    impostor = entry(EUROPE[0].name, der=b"impostor")
    found = remarks(store(OLD, intermediate, impostor, PROXY, notes=("damaged",)), KNOWN, NOW)
    assert found[0] == "damaged"
    text = "\n".join(found)
    for words in (
        "1 expired (Amazon RDS Root 2019 CA)",
        "1 no root (",
        "another certificate than",
        "RDS Proxy",
        "2019",
    ):
        assert words in text
    assert remarks(store(*EUROPE), KNOWN, NOW) == ()
    assert remarks(store(OWN), KNOWN, NOW) == (
        "no root of an RDS database is among them: a client that verifies with it can't connect to one",
    )


def test_a_secret_is_base64_and_a_config_map_is_text() -> None:
    (bundle,) = made(Packaging.PEM, EUROPE)
    (secret,) = made(Packaging.SECRET, EUROPE)
    (config_map,) = made(Packaging.CONFIGMAP, EUROPE)
    assert base64.b64encode(bundle.content) in secret.content
    assert b"    -----BEGIN CERTIFICATE-----\n" in config_map.content
