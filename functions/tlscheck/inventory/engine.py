"""What differs between the engines of RDS that are PostgreSQL: one row for each, and their names nowhere else.

Sources of the versions: RDS User Guide, "Using SSL with a PostgreSQL DB instance" (1 from PostgreSQL 15); Aurora
User Guide, "Security with Amazon Aurora PostgreSQL" (1 from 17), and "Connecting to a Babelfish DB cluster" (from
Babelfish 5.1 on, which is that of Aurora PostgreSQL 17).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine, by the name that the API has for it (DBInstance.Engine, DBCluster.Engine)."""

    name: str
    title: str
    """What people call it."""

    forced_from: int
    """First major version whose default of rds.force_ssl is 1: a fallback, always marked as one, for where the API
    did not tell."""

    is_always_clustered: bool
    """Whether each of its instances is a member of a cluster, even if the API leaves out of which."""

    clusters_act_as_one: bool
    """Whether its clusters are Multi-AZ DB clusters: rebooted as a whole, and given a CA as a whole. Aurora's are
    rebooted, and given a CA, member by member."""

    tds_forced_from: int | None
    """First major version in which rds.force_ssl holds for Babelfish's TDS listener too; None: it has none."""

    def is_forced_by_default(self, major_version: int) -> bool:
        """Whether rds.force_ssl is 1 by default in this major version."""
        return major_version >= self.forced_from


POSTGRES = Engine(
    "postgres", "PostgreSQL", 15, is_always_clustered=False, clusters_act_as_one=True, tds_forced_from=None
)
AURORA = Engine(
    "aurora-postgresql",
    "Aurora PostgreSQL",
    17,
    is_always_clustered=True,
    clusters_act_as_one=False,
    tds_forced_from=17,
)

ENGINES = (POSTGRES, AURORA)
"""What the listings are filtered by; Neptune and DocumentDB answer to the same calls."""

NAMES = tuple(engine.name for engine in ENGINES)

BEHIND_A_PROXY = POSTGRES
"""What a proxy of the family POSTGRESQL is counted as: it may front either, and its clients see PostgreSQL."""


def engine_named(name: str | None) -> Engine | None:
    """The engine of this name; None for another, and where the API named none."""
    return next((engine for engine in ENGINES if engine.name == name), None)


def is_always_clustered(name: str | None) -> bool:
    """Whether an instance of this engine is a member of a cluster, whatever else is told of it."""
    engine = engine_named(name)
    return engine is not None and engine.is_always_clustered


def clusters_act_as_one(name: str | None) -> bool:
    """Whether a cluster of this engine is a Multi-AZ DB cluster."""
    engine = engine_named(name)
    return engine is not None and engine.clusters_act_as_one


def major(engine_version: str | None) -> int | None:
    """17 of `17.4`, 9 of `9.6.24`; None for a version of a form that we don't know."""
    found = re.match(r"(\d{1,3})(?:\.|$)", engine_version or "", re.ASCII)
    return int(found[1]) if found else None
