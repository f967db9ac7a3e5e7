"""Defaults of engine versions, for where the API did not tell: a fallback, always marked as one.

Sources: RDS User Guide, "Using SSL with a PostgreSQL DB instance" (1 from PostgreSQL 15); Aurora User Guide,
"Security with Amazon Aurora PostgreSQL" (1 from 17).
"""

import re

FORCED_FROM = {"postgres": 15, "aurora-postgresql": 17}
"""Engine -> first major version whose default of rds.force_ssl is 1."""


def major(engine_version: str | None) -> int | None:
    """17 of `17.4`, 9 of `9.6.24`; None for a version of a form that we don't know."""
    found = re.match(r"(\d{1,3})(?:\.|$)", engine_version or "", re.ASCII)
    return int(found[1]) if found else None


def forced_by_default(engine: str, number: int) -> bool:
    """Whether rds.force_ssl is 1 by default in this major version."""
    return number >= FORCED_FROM[engine]
