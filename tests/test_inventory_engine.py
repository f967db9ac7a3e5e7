"""What differs between the engines: each row of the table, and what is said of an engine that is none of ours."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.engine import (
    ENGINES,
    clusters_act_as_one,
    engine_named,
    is_always_clustered,
    major,
)
from tlscheck.verdict.checks import upgrade_enforces_tls


def test_the_engines_are_postgresql_of_rds_and_of_aurora() -> None:
    assert [(each.name, each.title) for each in ENGINES] == [
        ("postgres", "PostgreSQL"),
        ("aurora-postgresql", "Aurora PostgreSQL"),
    ]


@pytest.mark.parametrize(
    ("name", "version", "expected"),
    [
        ("postgres", 9, False),
        ("postgres", 14, False),
        ("postgres", 15, True),
        ("postgres", 18, True),
        ("aurora-postgresql", 15, False),
        ("aurora-postgresql", 16, False),
        ("aurora-postgresql", 17, True),
    ],
)
def test_tls_is_enforced_by_default_from_a_version_of_each_engine_on(
    name: str, version: int, expected: bool
) -> None:
    engine = engine_named(name)
    assert engine is not None
    assert engine.is_forced_by_default(version) is expected


@pytest.mark.parametrize(
    ("name", "clustered", "as_one"),
    [
        ("postgres", False, True),
        ("aurora-postgresql", True, False),
        ("mysql", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_an_engine_tells_how_its_clusters_behave(name: str | None, clustered: bool, as_one: bool) -> None:
    assert (is_always_clustered(name), clusters_act_as_one(name)) == (clustered, as_one)


@pytest.mark.parametrize("name", ["neptune", "docdb", "aurora", "aurora-mysql", "POSTGRES", "postgres ", None])
def test_another_engine_is_none_of_ours(name: str | None) -> None:
    assert engine_named(name) is None


@pytest.mark.parametrize(
    ("version", "expected"),
    [("17.4", 17), ("9.6.24", 9), ("18", 18), ("17beta1", None), ("", None), (None, None), ("٣.1", None)],
)
def test_a_version_tells_its_major_version(version: str | None, expected: int | None) -> None:
    assert major(version) == expected


@given(st.text())
def test_no_version_breaks_it(version: str) -> None:
    assert (major(version) or 0) < 1000


def test_the_check_of_upgrades_says_the_versions_of_this_table() -> None:
    assert upgrade_enforces_tls.CHECK.why == (
        "From PostgreSQL 15 and Aurora PostgreSQL 17 on the default is to refuse clients without TLS."
    )


def test_no_check_spells_an_engines_version_itself() -> None:
    checks = Path(upgrade_enforces_tls.__file__).parent.glob("*.py")
    titles = "|".join(each.title for each in ENGINES)
    spelt = re.compile(rf".*\b(?:{titles}) [0-9]", re.MULTILINE)
    found = {path.name: spelt.findall(re.sub(r'"""[\s\S]*?"""', "", path.read_text())) for path in checks}
    assert {name: texts for name, texts in found.items() if texts} == {}
