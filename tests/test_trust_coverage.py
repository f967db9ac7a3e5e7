"""Whether a trust store is ready, in whole sentences, and what its owner is told of it."""

from dataclasses import replace

import pytest
from tlscheck.trust.coverage import Coverage, Fitness, coverage, remarks, wanted
from tlscheck.trust.trust_store import Authority, Entry, Format, Reader, TrustStore

from tests.trust_stores import NOW, entry, root, store

RSA2048, RSA4096, ECC384 = (root("eu-central-1", kind) for kind in ("RSA2048", "RSA4096", "ECC384"))
AMERICA = root("us-east-1", "RSA2048")
PROXY = entry("Amazon Root CA 1")
KNOWN = (RSA2048, RSA4096, AMERICA, PROXY)
BOTH = (Authority.RSA2048_G1, Authority.RSA4096_G1)
IMPOSTOR = replace(RSA2048, sha256="00" * 32)
OLD = replace(entry("Amazon RDS Root 2019 CA"), not_after=NOW.replace(year=2024))
INTERMEDIATE = entry("Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.2", self_issued=False)
OWN = entry("Our Own CA")


def test_the_roots_of_cas_of_a_region() -> None:
    assert wanted(KNOWN, "eu-central-1", BOTH) == (RSA2048, RSA4096)
    assert wanted(KNOWN, "eu-central-1", BOTH[:1]) == (RSA2048,)
    assert wanted(KNOWN, "us-east-1", BOTH) == (AMERICA,)
    assert wanted(KNOWN, "us-east-2", BOTH) == wanted(KNOWN, "us-east-1", ()) == ()


@pytest.mark.parametrize(
    ("held", "reader", "readiness", "missing", "reason"),
    [
        (
            store(RSA2048, RSA4096),
            Reader.OPENSSL,
            "READY",
            (),
            "it holds Amazon RDS eu-central-1 Root CA RSA2048 G1, Amazon RDS eu-central-1 Root CA RSA4096 G1",
        ),
        (
            store(RSA2048, AMERICA),
            Reader.JAVA,
            "MISSING",
            (RSA4096,),
            "not in it: Amazon RDS eu-central-1 Root CA RSA4096 G1",
        ),
        (
            store(),
            Reader.PARTIAL_CHAIN,
            "MISSING",
            (RSA2048, RSA4096),
            "not in it: Amazon RDS eu-central-1 Root CA RSA2048 G1, Amazon RDS eu-central-1 Root CA RSA4096 G1",
        ),
        (
            store(RSA2048, RSA4096, kind=Format.JKS),
            Reader.OPENSSL,
            "MISSING",
            (RSA2048, RSA4096),
            (
                "in it, but not as openssl reads it: Amazon RDS eu-central-1 Root CA RSA2048 G1,"
                " Amazon RDS eu-central-1 Root CA RSA4096 G1"
            ),
        ),
        (
            store(replace(RSA4096, is_for_java=False), kind=Format.PKCS12),
            Reader.JAVA,
            "MISSING",
            (RSA2048, RSA4096),
            (
                "not in it: Amazon RDS eu-central-1 Root CA RSA2048 G1;"
                " in it, but not as java reads it: Amazon RDS eu-central-1 Root CA RSA4096 G1"
            ),
        ),
    ],
)  # fmt: skip
def test_each_answer_has_its_sentence(
    held: TrustStore, reader: Reader, readiness: str, missing: tuple[Entry, ...], reason: str
) -> None:
    answer = coverage(held, KNOWN, "eu-central-1", BOTH, reader, NOW)
    assert answer == Coverage(Fitness(readiness), "eu-central-1", reader, missing, reason)


def test_a_root_that_the_owner_brought_is_told_as_theirs() -> None:
    own = replace(AMERICA, is_owners=True)
    name = "Amazon RDS us-east-1 Root CA RSA2048 G1 (brought by the owner of this deployment)"
    for held, reason in ((store(AMERICA), f"it holds {name}"), (store(), f"not in it: {name}")):
        assert coverage(held, (own,), "us-east-1", BOTH[:1], Reader.GO, NOW).reason == reason


def test_without_roots_to_compare_with_nothing_is_known() -> None:
    reason = "tlscheck has no root of rds-ca-rsa4096-g1, rds-ca-ecc384-g1 in us-east-1 to compare with"
    families = (*BOTH, Authority.ECC384_G1)
    answer = coverage(store(AMERICA), KNOWN, "us-east-1", families, Reader.JAVA, NOW)
    assert answer == Coverage(Fitness.UNKNOWN, "us-east-1", Reader.JAVA, (), reason)


NO_DATABASE = "no root of an RDS database is among them: a client that verifies with it can't connect to one"
NO_ANCHOR = (
    ": libpq, node and Python before 3.13 do not take them for anchors;"
    " Java and Python since 3.13 do, until RDS issues from another intermediate"
)


@pytest.mark.parametrize(
    ("held", "found"),
    [
        (store(), ()),
        (store(RSA2048), ()),
        (
            store(RSA2048, RSA2048, AMERICA, OWN, OWN, OWN),
            (
                (
                    "2 more than once in it (Amazon RDS eu-central-1 Root CA RSA2048 G1, Our Own CA):"
                    " no driver minds, and once is enough"
                ),
            ),
        ),
        (store(RSA2048, OWN, notes=("one", "two")), ("one", "two")),
        (store(OWN), (NO_DATABASE,)),
        (store(RSA2048, replace(OWN, not_after=NOW)), ()),
        (
            store(RSA2048, entry("Our Own CA", days=-1)),
            ("1 expired (Our Own CA): they verify nothing any more",),
        ),
        (
            store(RSA2048, *(entry(name, days=-1) for name in "abc")),
            ("3 expired (a, b, c): they verify nothing any more",),
        ),
        (
            store(RSA2048, *(entry(name, days=-1) for name in "abcd")),
            ("4 expired (a, b, c, ...): they verify nothing any more",),
        ),
        (
            store(RSA2048, INTERMEDIATE),
            (f"1 no root (Amazon RDS eu-central-1 Subordinate CA RSA2048 G1.A.2){NO_ANCHOR}",),
        ),
        (
            store(IMPOSTOR),
            (
                (
                    "Amazon RDS eu-central-1 Root CA RSA2048 G1: another certificate than RDS's root of this name"
                    f" (SHA-256 {'00' * 32})"
                ),
            ),
        ),
        (
            store(RSA2048, PROXY),
            ("Amazon Trust Services' roots are for RDS Proxy: no database's own certificate hangs from them",),
        ),
        (
            store(PROXY),
            (
                "Amazon Trust Services' roots are for RDS Proxy: no database's own certificate hangs from them",
                NO_DATABASE,
            ),
        ),
        (
            store(OLD),
            (
                "1 expired (Amazon RDS Root 2019 CA): they verify nothing any more",
                "rds-ca-2019 and older: RDS has retired these CAs, they may go",
                NO_DATABASE,
            ),
        ),
        (
            store(replace(OLD, region="eu-west-1", not_after=NOW)),
            ("rds-ca-2019 and older: RDS has retired these CAs, they may go", NO_DATABASE),
        ),
    ],
)
def test_what_strikes_the_eye_word_by_word(held: TrustStore, found: tuple[str, ...]) -> None:
    assert remarks(held, KNOWN, NOW) == found


def test_twenty_impostors_are_named() -> None:
    held = store(*(replace(IMPOSTOR, sha256=f"{number:064}") for number in range(21)))
    assert len(remarks(held, KNOWN, NOW)) == 20
