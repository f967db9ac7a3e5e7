"""What is collected has a reader: every field of what a look or a sweep brings back is read by somebody."""

import ast
from dataclasses import fields
from pathlib import Path

import pytest
from tlscheck.inventory.certificate import CertificateAuthority
from tlscheck.inventory.database import Database, Proxy, Source
from tlscheck.inventory.force_ssl import ForceSsl
from tlscheck.inventory.rotation import MaintenanceAction, Rotation
from tlscheck.inventory.settings import Settings
from tlscheck.reporting.result import BatchResult, DatabaseResult
from tlscheck.wire.observation import Certificate, Handshake, Look, Observation, Plaintext, SessionGroup

FUNCTIONS = Path(__file__).parent.parent / "functions"

NOUNS = (
    *(Observation, Handshake, Certificate, Plaintext, Look, SessionGroup),
    *(Database, ForceSsl, CertificateAuthority, Settings, Rotation, MaintenanceAction, Source, Proxy),
    *(DatabaseResult, BatchResult),
)

CONSOLE = "a person at the console, in the probe's answer (docs/console.md)"
REPORT = "whoever reads report.json"
READERS = {
    "Handshake.cipher": CONSOLE,
    "Handshake.direct_tls": CONSOLE,
    "Certificate.key": CONSOLE,
    "Certificate.signature": CONSOLE,
    "Certificate.self_issued": CONSOLE,
    "Look.server_version": CONSOLE,
    "Database.instance_class": "the details of a finding's resource in Security Hub",
    "DatabaseResult.announced": REPORT,
    "DatabaseResult.certificate_expires": REPORT,
    "DatabaseResult.certificate": REPORT,
    "DatabaseResult.enforcement": REPORT,
    "DatabaseResult.certificate_authority": REPORT,
    "DatabaseResult.looked_at": REPORT,
    "DatabaseResult.picture": REPORT,
    "DatabaseResult.predecessors": REPORT,
    "DatabaseResult.probe_version": REPORT,
}
"""Fields that no code reads, and who does. What costs a server's query and has nobody here goes."""


def read_in(path: Path) -> set[str]:
    """Attributes that a module reads, by name alone: a field that shares its name is taken for read too soon."""
    return {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }


READ = set[str]().union(*(read_in(path) for path in FUNCTIONS.rglob("*.py")))


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_every_field_is_read_or_says_by_whom(noun: type) -> None:
    named = {f"{noun.__name__}.{field.name}": field.name for field in fields(noun)}
    unread = {whole for whole, field in named.items() if field not in READ}
    assert unread - READERS.keys() == set()


def test_whoever_is_named_reads_a_field_that_is_there() -> None:
    there = {f"{noun.__name__}.{field.name}" for noun in NOUNS for field in fields(noun)}
    assert READERS.keys() - there == set()
