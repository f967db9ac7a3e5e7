"""Which format a driver reads depends on where the trust store lies."""

import pytest
from tlscheck.drivers.driver import Family
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.prediction import Roots
from tlscheck.survival.readable import as_read_by
from tlscheck.survival.roots import Where
from tlscheck.trust.trust_store import Format, TrustStore

OPENSSL = sorted(set(Family) - {Family.PGJDBC, Family.R2DBC})


def read_ones(where: Where, family: Family) -> set[str]:
    stores = [TrustStore(each, roots()[:1]) for each in Format]
    found = [as_read_by(where, family, store, "it")[0] for store in stores]
    return {each.format.value for each in found if isinstance(each, TrustStore)}


@pytest.mark.parametrize("where", [Where.FILE, Where.HOME, Where.CODE])
@pytest.mark.parametrize("family", OPENSSL)
def test_a_file_of_libpqs_kin_is_pem(family: Family, where: Where) -> None:
    assert read_ones(where, family) == {"PEM"}


@pytest.mark.parametrize("family", OPENSSL)
def test_the_systems_store_may_be_a_directory_too(family: Family) -> None:
    assert read_ones(Where.SYSTEM, family) == {"PEM", "PEM directory"}


def test_pgjdbc_reads_binary_certificates_by_name_and_keystores_in_the_jvm_alone() -> None:
    assert read_ones(Where.FILE, Family.PGJDBC) == {"PEM", "DER"}
    assert read_ones(Where.HOME, Family.PGJDBC) == {"PEM", "DER"}
    assert read_ones(Where.JVM, Family.PGJDBC) == {"PKCS12", "JKS"}


def test_what_is_of_no_use_says_why() -> None:
    store = TrustStore(Format.JKS, roots()[:1])
    assert as_read_by(Where.FILE, Family.LIBPQ, store, "roots.jks") == (
        Roots.BROKEN,
        "roots.jks is JKS, which libpq does not read there",
    )
    empty = TrustStore(Format.PEM, ())
    assert as_read_by(Where.FILE, Family.LIBPQ, empty, "a.pem") == (Roots.BROKEN, "a.pem holds no certificate")
