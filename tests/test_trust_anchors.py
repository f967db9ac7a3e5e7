"""Which certificates are anchors to whom: every reader, every format, every place, and the moment of expiry."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.trust.order import Order, Selection, select
from tlscheck.trust.trust_store import (
    Authority,
    Entry,
    Format,
    Location,
    Reader,
    TrustStore,
    reads,
    region_and_family,
)

from tests.trust_stores import NOW, entry, root, store

PEM, DIRECTORY, DER, PKCS12, JKS, LIST = "PEM", "PEM directory", "DER", "PKCS12", "JKS", "list of certificates"


@pytest.mark.parametrize(
    ("reader", "place", "formats"),
    [
        *(
            row
            for reader in ("openssl", "node", "partial chain", "go", "first certificate", "rustls", "erlang")
            for row in (
                (reader, None, {PEM, DIRECTORY}),
                (reader, "file", {PEM}),
                (reader, "system", {PEM, DIRECTORY}),
                (reader, "JVM", set()),
            )
        ),
        (".NET", None, {PEM, DIRECTORY, DER}),
        (".NET", "file", {PEM, DER}),
        (".NET", "system", {PEM, DIRECTORY}),
        (".NET", "JVM", set()),
        ("java", None, {PEM, DER, PKCS12, JKS}),
        ("java", "file", {PEM, DER}),
        ("java", "system", set()),
        ("java", "JVM", {PKCS12, JKS}),
    ],
)
def test_the_formats_that_a_reader_takes(reader: str, place: str | None, formats: set[str]) -> None:
    assert reads(Reader(reader), Location(place) if place else None) == formats | {LIST}


@pytest.mark.parametrize("kind", Format)
@pytest.mark.parametrize("reader", Reader)
@pytest.mark.parametrize("self_issued", [True, False])
@pytest.mark.parametrize("is_for_java", [True, False])
def test_an_anchor_is_of_a_format_that_is_read_and_what_its_reader_asks_for(
    kind: Format, reader: Reader, self_issued: bool, is_for_java: bool
) -> None:
    held = replace(entry("Our Own CA", self_issued=self_issued), is_for_java=is_for_java)
    read = {
        "openssl": kind.value in {PEM, DIRECTORY, LIST} and self_issued,
        "node": kind.value in {PEM, DIRECTORY, LIST} and self_issued,
        "partial chain": kind.value in {PEM, DIRECTORY, LIST},
        "go": kind.value in {PEM, DIRECTORY, LIST},
        "first certificate": kind.value in {PEM, DIRECTORY, LIST} and self_issued,
        "netty": kind.value in {PEM, PKCS12, JKS, LIST} and is_for_java,
        "rustls": kind.value in {PEM, DIRECTORY, LIST},
        "erlang": kind.value in {PEM, DIRECTORY, LIST} and self_issued,
        ".NET": kind.value in {PEM, DIRECTORY, DER, LIST} and self_issued,
        "java": kind.value in {PEM, DER, PKCS12, JKS, LIST} and is_for_java,
    }[reader.value]
    assert store(held, kind=kind).anchors(reader, NOW) == ((held,) if read else ())


def test_a_certificate_is_valid_to_its_last_second() -> None:
    held = entry("Our Own CA", days=0)
    assert [held.is_expired(NOW + timedelta(seconds=each)) for each in (-1, 0, 1)] == [False, False, True]
    assert store(held).anchors(Reader.JAVA, NOW) == (held,)
    assert store(held).anchors(Reader.JAVA, NOW + timedelta(seconds=1)) == ()


def test_what_is_wanted_and_not_held_is_missing_by_its_fingerprint() -> None:
    one, two = entry("one"), entry("two")
    held = store(one, replace(two, sha256="00" * 32))
    assert held.missing([two, one], Reader.JAVA, NOW) == (two,)
    assert held.missing([], Reader.JAVA, NOW) == ()
    assert store(one, kind=Format.DER).missing([one], Reader.OPENSSL, NOW) == (one,)


def test_a_certificate_of_which_nothing_else_is_said() -> None:
    plain = Entry("a", "CN=a", None, Authority.OTHER, NOW, NOW, "", "", self_issued=True)
    assert (plain.is_for_java, plain.alias, plain.der) == (True, "", b"")
    assert "der" not in repr(replace(plain, der=b"secret bytes"))
    assert TrustStore(Format.PEM, ()).notes == ()


def test_what_is_written_in_documents_of_cas() -> None:
    assert [each.value for each in Authority] == [
        "rds-ca-rsa2048-g1",
        "rds-ca-rsa4096-g1",
        "rds-ca-ecc384-g1",
        "rds-ca-2019 or older",
        "RDS Proxy",
        "other",
    ]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        *((f"Amazon Root CA {number}", Authority.PROXY) for number in (1, 2, 3, 4)),
        ("Starfield Services Root Certificate Authority - G2", Authority.PROXY),
        ("Amazon Root CA 0", Authority.OTHER),
        ("Amazon Root CA 5", Authority.OTHER),
        ("Amazon Root CA 11", Authority.OTHER),
        ("An Amazon Root CA 1", Authority.OTHER),
        ("Amazon RDS eu-central-1 Root CA RSA8192 G1", Authority.OTHER),
    ],
)
def test_the_roots_of_rds_proxy_by_name(name: str, family: Authority) -> None:
    assert region_and_family(name) == (None, family)


# --------------------------------------------------------------------------------------------------------- orders

ROOTS = tuple(root("eu-central-1", kind) for kind in ("RSA2048", "RSA4096", "ECC384"))
PROXY = entry("Amazon Root CA 1")
RETIRED = entry("Amazon RDS eu-west-1 2019 CA")


def test_an_order_of_nothing_in_particular() -> None:
    assert Order() == Order((), tuple(Authority(each) for each in (
        "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"
    )), with_proxy=False, keep_expired=False)  # fmt: skip


@pytest.mark.parametrize(
    ("order", "present", "expected"),
    [
        (Order(), None, Selection(ROOTS, ())),
        (Order(with_proxy=True), None, Selection((*ROOTS, PROXY), ())),
        (Order(with_proxy=True, authorities=()), None, Selection((PROXY,), ())),
        # by its name alone no CA of Proxy comes along, and no Region leaves it out
        (Order(regions=("eu-central-1",), with_proxy=True), None, Selection((*ROOTS, PROXY), ())),
        (Order(authorities=(Authority.RETIRED,)), None, Selection((RETIRED,), ())),
        (Order(), store(ROOTS[1], notes=("a note",)), Selection((ROOTS[1], ROOTS[0], ROOTS[2]), (), ("a note",))),
        (Order(), store(replace(PROXY, not_after=NOW)), Selection((replace(PROXY, not_after=NOW), *ROOTS), ())),
    ],
)
def test_an_order_and_what_is_selected(order: Order, present: TrustStore | None, expected: Selection) -> None:
    known = (*ROOTS, PROXY, RETIRED)
    assert select(order, known, present, NOW) == expected


def test_expired_ones_are_left_out_and_named_unless_they_are_to_be_kept() -> None:
    expired = entry("Our Own CA", days=-1)
    assert select(Order(), ROOTS, store(expired), NOW) == Selection(ROOTS, (expired,))
    assert select(Order(keep_expired=True), ROOTS, store(expired), NOW) == Selection((expired, *ROOTS), ())
    with pytest.raises(BadRequest, match=r"^tlscheck's own root certificates \(rds_trust_store\) are missing: "):
        select(Order(keep_expired=True), (), store(expired), NOW)


@pytest.mark.parametrize(
    ("order", "known", "why"),
    [
        (
            Order(regions=("eu-central-1", "eu-west-9")),
            (root("us-east-1", "RSA2048"), *ROOTS, PROXY),
            (
                "regions: 'eu-west-9' is not allowed;"
                " allowed: Regions that tlscheck has roots of: eu-central-1, us-east-1"
            ),
        ),
        (
            Order(),
            (replace(ROOTS[0], not_after=NOW - timedelta(seconds=1)),),
            "nothing is left to put into a trust store: every certificate asked for is expired",
        ),
    ],
)
def test_an_order_that_cannot_be_filled_says_why(order: Order, known: tuple[Entry, ...], why: str) -> None:
    with pytest.raises(BadRequest) as refused:
        select(order, known, None, NOW)
    assert str(refused.value) == why
