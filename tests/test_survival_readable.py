"""Which format a driver reads depends on where the trust store lies."""

from dataclasses import replace

import pytest
from tlscheck.drivers.driver import Family
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores.pem import write
from tlscheck.survival.prediction import Roots
from tlscheck.survival.readable import as_read_by
from tlscheck.survival.roots import Where
from tlscheck.trust.trust_store import Format, TrustStore

BINARY = (Family.PGJDBC, Family.NPGSQL)
TEXT = sorted(set(Family) - {*BINARY, Family.R2DBC})
LIST = "list of certificates"
"""What somebody named, whatever holds it: every driver can be given that."""


def read_ones(where: Where, family: Family) -> set[str]:
    stores = [TrustStore(each, roots()[:1]) for each in Format]
    found = [as_read_by(where, family, store, "it")[0] for store in stores]
    return {each.format.value for each in found if isinstance(each, TrustStore)}


@pytest.mark.parametrize("where", [Where.FILE, Where.HOME, Where.CODE])
@pytest.mark.parametrize("family", TEXT)
def test_a_file_of_libpqs_kin_is_pem_and_never_binary(family: Family, where: Where) -> None:
    assert read_ones(where, family) == {"PEM", LIST}


@pytest.mark.parametrize("family", [*TEXT, Family.NPGSQL])
def test_the_systems_store_may_be_a_directory_too(family: Family) -> None:
    assert read_ones(Where.SYSTEM, family) == {"PEM", "PEM directory", LIST}


@pytest.mark.parametrize("family", BINARY)
@pytest.mark.parametrize("where", [Where.FILE, Where.HOME])
def test_pgjdbc_and_npgsql_read_a_binary_certificate_by_name(family: Family, where: Where) -> None:
    assert read_ones(where, family) == {"PEM", "DER", LIST}


def test_r2dbc_reads_pem_by_name_and_keystores_in_the_jvm() -> None:
    assert read_ones(Where.FILE, Family.R2DBC) == {"PEM", LIST}
    assert read_ones(Where.JVM, Family.R2DBC) == {"PKCS12", "JKS", LIST}


def test_pgjdbc_reads_keystores_in_the_jvm_alone() -> None:
    assert read_ones(Where.JVM, Family.PGJDBC) == {"PKCS12", "JKS", LIST}


def test_what_is_of_no_use_says_why() -> None:
    store = TrustStore(Format.JKS, roots()[:1])
    assert as_read_by(Where.FILE, Family.LIBPQ, store, "roots.jks") == (
        Roots.BROKEN,
        "roots.jks is JKS, which libpq does not read there",
    )
    empty = TrustStore(Format.PEM, ())
    assert as_read_by(Where.FILE, Family.LIBPQ, empty, "a.pem") == (Roots.BROKEN, "a.pem holds no certificate")


def test_of_a_file_whose_first_certificate_counts_the_others_do_not() -> None:
    every = roots()[:3]
    found, words = as_read_by(Where.FIRST, Family.PGJDBC, TrustStore(Format.PEM, every), "r.pem")
    assert isinstance(found, TrustStore)
    assert found.entries == every[:1]
    assert words == "r.pem, of which pgjdbc reads the first certificate alone"
    alone, words = as_read_by(Where.FIRST, Family.PGJDBC, TrustStore(Format.PEM, every[:1]), "r.pem")
    assert isinstance(alone, TrustStore)
    assert (alone.entries, words) == (every[:1], "r.pem")


def test_what_is_noted_of_a_store_is_told_with_it_three_notes_at_most() -> None:
    noted = TrustStore(Format.JKS, roots()[:1], notes=("a", "b", "c", "d"))
    assert as_read_by(Where.JVM, Family.PGJDBC, noted, "roots.jks") == (noted, "roots.jks (a; b; c)")
    empty = TrustStore(Format.PEM, (), notes=("a",))
    assert as_read_by(Where.FILE, Family.LIBPQ, empty, "a.pem") == (Roots.BROKEN, "a.pem (a) holds no certificate")


def test_a_certificate_that_java_may_not_take_makes_it_not_known() -> None:
    odd = replace(roots()[0], is_sound=False)
    held = TrustStore(Format.PEM, (odd,), content=write([("a", odd.der)]))
    assert as_read_by(Where.FILE, Family.PGJDBC, held, "a.pem") == (
        Roots.UNKNOWN,
        "a.pem: whether Java takes block 1 of it is not known",
    )
    assert as_read_by(Where.FILE, Family.LIBPQ, held, "a.pem") == (held, "a.pem")
