"""A test writes out what it expects: which constants of the package tests may read all the same, and why."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.rooms import ROOT

COMPARED_WHOLE = {
    ("every.py", "REGISTRY"): "some of its checks stand for all of them",
    ("examples.py", "NOT_ASKED"): "is what a database has before it was asked about",
    ("probe.py", "STATEMENT"): "is what the peers that the probe is measured beside run too",
    ("test_inventory_assembly.py", "NOT_ASKED"): "is what a listing has before it was asked about",
    ("test_verdict_upgrade.py", "NOT_ASKED"): "is what a life cycle has before it was asked about",
    ("test_rooms_homes.py", "REGISTRY"): "each check is looked for in it",
    ("printable.py", "REGISTRY"): "every check prints what it can",
    ("test_formats_data.py", "FORMATS"): "each format is looked for in the page that lists them",
    ("test_formats_data.py", "SHAPES"): "each format is looked for in the page that lists them",
    ("test_drivers_complete.py", "DIALECTS"): "every driver is looked for in it",
    ("test_drivers_complete.py", "MODELS"): "every family is looked for in it",
    ("test_client_survival.py", "MODELS"): "every family has rows",
    ("tables.py", "MODELS"): "every row of it is compared with what is recorded",
    ("documents.py", "SCHEMA"): "is compared with what is recorded",
    ("test_formats_growth.py", "JAVASCRIPT"): "is the language of a text whose depth is looked at",
    ("test_client_recorded.py", "RUN_AGAINST_P384"): "is held to what was recorded",
    ("test_client_recorded.py", "RULES"): "each row that was run is looked for in the records",
    ("test_check_client.py", "SCHEMA"): "is what answers must keep to",
    ("test_client_connect.py", "SCHEMA"): "is what answers must keep to",
    ("test_client_command.py", "SCHEMA"): "is what answers must keep to, and what --schema prints",
    ("test_rehearse_command.py", "SCHEMA"): "is what answers must keep to, and what --schema prints",
    ("test_rehearsal_document.py", "SCHEMA"): "is what documents must keep to",
    ("test_drivers_complete.py", "RULES"): "each driver is looked for in it",
    ("test_client_survival.py", "RULES"): "each rule is demanded something of",
    ("test_client_items.py", "ATTRIBUTES"): "each attribute that is written is looked for in it",
    ("test_verdict_incomplete.py", "REGISTRY"): "its checks are asked, as a sweep asks them",
    ("verdicts.py", "REGISTRY"): "its checks are asked, as a sweep asks them",
    ("test_inventory_settings.py", "ASKED_FOR"): "is compared with names that are written out",
    ("test_readme.py", "CHECKS"): "each check is looked for in the README",
    ("test_verdict_checks.py", "CHECKS"): "each check is demanded something of",
    ("test_verdict_severities.py", "CHECKS"): "each check is in the table that is written out",
    ("test_inventory_engine.py", "CHECK"): "its text is compared with one that is written out",
    ("test_inventory_engine.py", "ENGINES"): "is compared with rows that are written out",
    ("test_inventory_names.py", "PARTITIONS"): "is compared with botocore's own",
    ("cost.py", "SIDE_BY_SIDE"): "is how many servers the bench looks at at a time, as a probe does",
    ("test_end_to_end.py", "SCHEMA"): "is what a report must keep to",
    ("test_ledger_sightings.py", "DATABASES"): "is compared with days that are written out",
    ("test_report.py", "SCHEMA"): "is what a report must keep to",
    ("test_report_schema.py", "SCHEMA"): "is compared with what is written out, and with documents",
    ("test_version.py", "SCHEMA"): "is what a document must keep to",
    ("report_page.py", "SCHEMA"): "is what a page is written from, whose rows are written out beside it",
    ("test_layer_missing_or_damaged.py", "SCHEMA"): "is what a document must keep to",
    ("test_version.py", "VERSION"): "is compared with those of pyproject.toml, uv.lock and the template",
    ("test_version_document.py", "SCHEMA"): "is tried with documents that are written out",
    ("test_trust_packaging.py", "NAME"): "is tried with names that are written out",
    ("test_wire_plaintext.py", "STARTUP"): "is compared with bytes that are written out",
    ("test_wire_silence.py", "CLOSED"): "is compared with a sentence that is written out",
    ("test_wire_silence.py", "MOST_READ"): "is compared with a number that is written out",
    ("test_wire_silence.py", "SILENT"): "is compared with a sentence that is written out",
    ("test_wire_ssl_request.py", "SSL_REQUEST"): "is compared with bytes that are written out",
    ("test_wire_statement.py", "STATEMENT"): "its parts are compared with texts that are written out",
}
"""Constants that tests read from the package, and why: every other is written out, with where it comes from."""


def constants_read(path: Path) -> Iterator[str]:
    """Upper-case names that a module imports from the package, or reads from a module of it."""
    modules: set[str] = set()
    nodes = list(ast.walk(ast.parse(path.read_text())))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tlscheck":
            modules |= {alias.asname or alias.name for alias in node.names}
            yield from (alias.name for alias in node.names if _is_constant(alias.name))
        elif isinstance(node, ast.Import):
            modules |= {alias.asname or alias.name for alias in node.names if alias.name.startswith("tlscheck")}
    for node in nodes:
        if isinstance(node, ast.Attribute) and _is_constant(node.attr) and ast.unparse(node.value) in modules:
            of_a_module = ast.unparse(node.value).rpartition(".")[2]
            yield from [node.attr] if of_a_module.islower() else []


def _is_constant(name: str) -> bool:
    return re.fullmatch(r"_?[A-Z][A-Z0-9_]+", name) is not None


def test_a_test_writes_out_what_it_expects_and_reads_no_constant_of_the_package() -> None:
    read = {(path.name, name) for path in sorted(ROOT.glob("tests/**/*.py")) for name in constants_read(path)}
    assert read - COMPARED_WHOLE.keys() == set(), "write the value out: a changed constant must make a test fail"
    assert COMPARED_WHOLE.keys() - read == set()


def test_a_constant_is_noticed_however_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "test_x.py"
    path.write_text(
        "from tlscheck.ledger.client import SETTLED, Who\n"
        "from tlscheck.edges import security_hub as hub\n"
        "import tlscheck.wire.guard\n"
        "from tests.examples import NOW\n"
        "def test_x():\n"
        "    from tlscheck.verdict.settle import REFRESH\n"
        "    assert (hub.ATTEMPTS, tlscheck.wire.guard.MOST_ITERATIONS, Who.PLAIN, NOW.MAX)\n"
    )
    assert sorted(constants_read(path)) == ["ATTEMPTS", "MOST_ITERATIONS", "REFRESH", "SETTLED"]
