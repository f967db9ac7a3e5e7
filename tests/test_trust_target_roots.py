"""Which roots a server's chain hangs from, and whether a store holds them: each answer with its words."""

from dataclasses import replace

import pytest
from tlscheck.edges.stores.files import parse
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores import pem
from tlscheck.trust.target_roots import TargetRoots, is_trusted, target
from tlscheck.trust.trust_store import Authority, Entry, Format, Reader, TrustStore

from tests.trust_stores import NOW, entry, root, store

EUROPE = tuple(root("eu-central-1", kind) for kind in ("RSA2048", "RSA4096", "ECC384"))
AMERICA = (root("us-east-1", "RSA2048"), root("us-east-1", "RSA4096"))
PROXY = (entry("Amazon Root CA 1"), entry("Amazon Root CA 2"))
KNOWN = (*EUROPE, *AMERICA, *PROXY)
SERVICES = "Amazon Trust Services, which RDS Proxy's certificates hang from"


@pytest.mark.parametrize(
    ("region", "authority", "is_proxy", "expected"),
    [
        ("eu-central-1", None, False, TargetRoots(EUROPE, "each CA in eu-central-1")),
        (
            "eu-central-1",
            Authority.ECC384_G1,
            False,
            TargetRoots(EUROPE[2:], "rds-ca-ecc384-g1 in eu-central-1"),
        ),
        ("us-east-1", Authority.RSA2048_G1, False, TargetRoots(AMERICA[:1], "rds-ca-rsa2048-g1 in us-east-1")),
        (
            "us-east-1",
            None,
            False,
            TargetRoots(
                (), "each CA in us-east-1", "tlscheck has no roots of each CA in us-east-1 to compare with"
            ),
        ),
        (
            "us-east-1",
            Authority.ECC384_G1,
            False,
            TargetRoots(
                (),
                "rds-ca-ecc384-g1 in us-east-1",
                "tlscheck has no roots of rds-ca-ecc384-g1 in us-east-1 to compare with",
            ),
        ),
        (
            None,
            Authority.ECC384_G1,
            False,
            TargetRoots((), "a CA of RDS", "the Region is not known, and each has roots of its own"),
        ),
        ("eu-central-1", Authority.ECC384_G1, True, TargetRoots(PROXY, SERVICES)),
        (None, None, True, TargetRoots(PROXY, SERVICES)),
    ],
)
def test_what_a_servers_chain_hangs_from(
    region: str | None, authority: Authority | None, is_proxy: bool, expected: TargetRoots
) -> None:
    assert target(KNOWN, region, authority, is_proxy=is_proxy) == expected


ALL = TargetRoots(EUROPE, "each CA in eu-central-1")
ONE = TargetRoots(EUROPE[:1], "rds-ca-rsa2048-g1 in eu-central-1")
BOTH_PYTHONS = (Reader.OPENSSL, Reader.PARTIAL_CHAIN)
NOT_SELF_ISSUED = replace(EUROPE[0], self_issued=False)


def test_without_roots_of_a_proxy_nothing_is_known_of_it() -> None:
    why = "tlscheck has no roots of Amazon Trust Services to compare with"
    assert target(EUROPE, "eu-central-1", None, is_proxy=True) == TargetRoots((), SERVICES, why)
    why = "which roots RDS Proxy's certificates hang from in cn-north-1 is not known"
    assert target(KNOWN, "cn-north-1", None, is_proxy=True) == TargetRoots((), "RDS Proxy", why)


def test_roots_that_the_owner_brought_are_told_as_theirs() -> None:
    own = tuple(replace(each, is_owners=True) for each in EUROPE)
    name = "each CA in eu-central-1"
    whose = "brought by the owner of this deployment"
    assert target(own, "eu-central-1", None, is_proxy=False) == TargetRoots(own, f"{name}, {whose}")
    mixed = (own[0], *EUROPE[1:])
    named = f"{name}, 1 of 3 roots {whose}"
    assert target(mixed, "eu-central-1", None, is_proxy=False) == TargetRoots(mixed, named)


def test_a_store_is_marked_by_fingerprint() -> None:
    known = (replace(EUROPE[0], is_owners=True), EUROPE[1])
    held = store(*EUROPE, notes=("a note",))
    marked = held.marked(known)
    assert [each.is_owners for each in marked.entries] == [True, False, False]
    assert replace(marked, entries=EUROPE) == held


@pytest.mark.parametrize(
    ("held", "goal", "readers", "trusted", "why"),
    [
        (store(*EUROPE), ALL, [Reader.OPENSSL], True, "its roots hold each CA in eu-central-1"),
        (store(*EUROPE), ALL, BOTH_PYTHONS, True, "its roots hold each CA in eu-central-1"),
        (store(EUROPE[0]), ONE, [Reader.JAVA], True, "its roots hold rds-ca-rsa2048-g1 in eu-central-1"),
        (store(*AMERICA), ALL, [Reader.JAVA], False, "its roots lack each CA in eu-central-1"),
        (store(), ONE, BOTH_PYTHONS, False, "its roots lack rds-ca-rsa2048-g1 in eu-central-1"),
        (store(EUROPE[0], kind=Format.JKS), ONE, [Reader.OPENSSL], False, f"its roots lack {ONE.name}"),
        (
            store(EUROPE[1]),
            ALL,
            [Reader.JAVA],
            None,
            (
                "it depends on the CA: its roots lack Amazon RDS eu-central-1 Root CA RSA2048 G1,"
                " Amazon RDS eu-central-1 Root CA ECC384 G1"
            ),
        ),
        (
            store(NOT_SELF_ISSUED, *EUROPE[1:]),
            ALL,
            BOTH_PYTHONS,
            None,
            "it depends on the CA: its roots lack Amazon RDS eu-central-1 Root CA RSA2048 G1",
        ),
        (
            store(NOT_SELF_ISSUED),
            ONE,
            BOTH_PYTHONS,
            None,
            "it depends on the version of Python: before 3.13 an intermediate is no anchor",
        ),
        (store(*EUROPE), TargetRoots((), "a CA of RDS", "the Region is not known"), BOTH_PYTHONS, None,
         "the Region is not known"),
    ],
)  # fmt: skip
def test_whether_a_store_holds_them(
    held: TrustStore, goal: TargetRoots, readers: list[Reader], trusted: bool | None, why: str
) -> None:
    assert is_trusted(held, goal, readers, NOW) == (trusted, why)


def test_of_two_roots_one_may_be_missing() -> None:
    goal = TargetRoots(EUROPE[:2], "two CAs")
    why = "it depends on the CA: its roots lack Amazon RDS eu-central-1 Root CA RSA4096 G1"
    assert is_trusted(store(EUROPE[0]), goal, [Reader.JAVA], NOW) == (None, why)
    assert not goal.why


def test_a_root_behind_another_is_none_where_the_first_alone_is_taken() -> None:
    known = roots()[:2]
    goal = TargetRoots(known[1:], "the second")
    readers = (Reader.OPENSSL, Reader.FIRST)
    content = "".join(map(pem.block, (each.der for each in known)))
    why = "it depends on its TLS library: native-tls takes the first certificate of a file alone"
    assert is_trusted(parse(content.encode()), goal, readers, NOW) == (None, why)
    alone = parse(pem.block(known[1].der).encode())
    assert is_trusted(alone, goal, readers, NOW) == (True, "its roots hold the second")
    assert is_trusted(parse(pem.block(known[0].der).encode()), goal, readers, NOW) == (
        False,
        "its roots lack the second",
    )


def test_an_expired_root_holds_nothing() -> None:
    expired: Entry = replace(EUROPE[0], not_after=NOW.replace(year=2025))
    assert is_trusted(store(expired), ONE, [Reader.JAVA], NOW) == (False, f"its roots lack {ONE.name}")
