"""Words of Npgsql, by .NET's rules of quoting and its own list."""

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.recognition import connection
from tlscheck.drivers.table import rules_for
from tlscheck.drivers.words import Words
from tlscheck.edges.stores.machine import on_this_machine
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.prediction import Roots
from tlscheck.survival.roots import Sought, Where

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


def read(text: str, version: tuple[int, ...] = ()) -> Connection:
    return connection(Words(text, Driver.NPGSQL, version=version))


@pytest.mark.parametrize(
    ("text", "host", "mode", "root"),
    [
        (f"Host={HOST};SSL Mode=VerifyFull;Root Certificate=/r.pem", HOST, "VerifyFull", "/r.pem"),
        (f'SERVER = "{HOST}" ; sslmode = require', HOST, "Require", ""),
        (f"Host={HOST};Root Certificate='/a;b.pem';SslMode=verifyca", HOST, "VerifyCA", "/a;b.pem"),
        (f"Host={HOST};SSL Mode=Require;SSL Mode=Disable", HOST, "Disable", ""),
        (f"Host={HOST};Root Certificate={{/x ; Pwd=hunter2}}", HOST, "", "{/x"),
        (f"Host={HOST};Password=a==b;SSL Mode=Prefer", HOST, "Prefer", ""),
    ],
)
def test_it_is_taken_apart_as_dotnet_does(text: str, host: str, mode: str, root: str) -> None:
    found = read(text)
    assert (found.host, found.mode, found.root) == (host, mode, root)
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("text", "version", "why"),
    [
        (f"Host={HOST};ssl_mode=Require", (), "ssl_mode is no word of Npgsql"),
        (f"Host={HOST};SSL Mode=verify-full", (), "its mode is none of"),
        (f"Host={HOST};SSL Root Cert=/r.pem", (), "SSLRootCert is no word of Npgsql"),
        (f"Host={HOST};Channel Binding=Require", (7,), "ChannelBinding is no word of Npgsql 7"),
        (f"Host={HOST};Client Certificate=/a", (8,), "ClientCertificate is no word of Npgsql 8"),
        (f"Host={HOST};Trust Server Certificate=yes", (), "neither true nor false"),
        (f"Host={HOST};Target Session Attributes=primary", (), "one host"),
        (f"Host={HOST};Password='a'b", (), "between a closing quote"),
        (f"Host={HOST};Password=ab'", (), "ends with a quote"),
        (f"Host={HOST};Password='ab", (), "a quote is not closed"),
        (f"pgsql:host={HOST};sslmode=verify-full", (), "a word of it is no word of Npgsql"),
    ],
)
def test_what_npgsql_refuses_is_refused_by_its_name(text: str, version: tuple[int, ...], why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        read(text, version)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("SSL Certificate=/a.pem", ("SSL Certificate",)),
        ("SSL Mode=VerifyFull;Check Certificate Revocation=true", ("Check Certificate Revocation",)),
        ("SSL Mode=Require;Check Certificate Revocation=true", ()),
        ("Use SSL Stream=true", ("Use SSL Stream",)),
    ],
)
def test_what_nobody_can_tell_from_here_is_named(text: str, unknown: tuple[str, ...]) -> None:
    assert read(f"Host={HOST};{text}").unknown == unknown


def test_every_host_has_its_port() -> None:
    found = read(f"Host={HOST}:6432,b.example.com;Port=7000")
    assert (found.port, [(each.host, each.port) for each in found.others]) == (6432, [("b.example.com", 7000)])


@pytest.mark.parametrize(("version", "refuses"), [((6,), True), ((7,), True), ((8,), False), ((10,), False)])
def test_trusting_every_certificate_and_verifying_were_refused_together(
    version: tuple[int, ...], refuses: bool
) -> None:
    found = read(f"Host={HOST};SSL Mode=VerifyFull;Trust Server Certificate=true", version)
    (rule,) = rules_for(Family.NPGSQL, found.mode, found.root, version)
    assert bool(rule.refuses) is refuses


def test_its_own_store_is_told_and_not_nodes() -> None:
    found, words = on_this_machine("", None)(Sought(Where.SYSTEM), Family.NPGSQL)
    assert found is Roots.UNKNOWN
    assert ".NET's own store" in words
    assert "SSL_CERT_FILE" in words
    assert "node" not in words.lower()
