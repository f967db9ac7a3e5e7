"""What to change, in one line of the driver's own words, and the trust store that goes with it."""

from dataclasses import dataclass
from shlex import quote as shell
from urllib.parse import quote

from tlscheck.drivers.behaviour import Verifies
from tlscheck.drivers.connection import IN_CODE
from tlscheck.drivers.table import DIALECTS, FRAMEWORKS
from tlscheck.survival.assessment import Assessment, Scenario, Survival
from tlscheck.survival.prediction import Cause
from tlscheck.trust.bundles import instead

NEW_STORE = "rds-ca.pem"
"""What `tlscheck trust-store build` calls it."""

_JSSE = "DefaultJavaSSLFactory"
"""What pgjdbc's mode says where it reads the JVM's trust store."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A line to write, and a command for the trust store, or words where none does; "" for nothing to do."""

    is_needed: bool
    """False: it survives as it is, and would be safer so."""

    line: str = ""
    trust_store: str = ""


def fix(
    assessment: Assessment,
    region: str | None,
    authority: str = "",
    *,
    is_proxy: bool = False,
    has_roots: bool = True,
) -> Fix:
    """What makes this client survive, and verify: nothing when it does both already.

    `has_roots` is whether tlscheck has the roots of the Region's CA, or of RDS Proxy: it builds no store without.
    """
    connection = assessment.connection
    both = assessment.outlook(Scenario.BOTH)
    is_needed = both.verdict is not Survival.SURVIVES or assessment.verdict is not Survival.SURVIVES
    if not is_needed and both.prediction.verifies is Verifies.CHAIN_AND_NAME:
        return Fix(is_needed=False)
    has_file = bool(connection.root) and connection.root not in {IN_CODE, "system"}
    lacks_roots = any(
        {Cause.UNTRUSTED, Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes)
        for each in assessment.outlooks
    )
    is_merged = has_file and not any(
        {Cause.NO_ROOTS, Cause.BROKEN_ROOTS} & set(each.prediction.causes) for each in assessment.outlooks
    )
    store = ""
    if (lacks_roots or not has_file) and (has_roots or region is None):
        parts = ["tlscheck trust-store build"]
        parts += ["--proxy"] * is_proxy
        parts += [f"--region {region}"] * bool(region) + [f"--ca {authority}"] * bool(authority)
        parts += [f"--merge {shell(connection.root)}"] * is_merged
        store = " ".join(parts)
    elif (lacks_roots or not has_file) and region:
        store = _from_elsewhere(region, connection.root if is_merged else "", is_proxy=is_proxy)
    path = NEW_STORE if store else connection.root
    of_framework = FRAMEWORKS[connection.framework].line if connection.framework in FRAMEWORKS else None
    line = (of_framework or DIALECTS[connection.driver].line)(connection, path)
    if _JSSE in connection.mode and store and not has_roots:
        # Java's own format would need a command that tlscheck refuses without the roots.
        line = f"?sslmode=verify-full&sslrootcert={quote(path, '/:')}, without sslfactory"
    return Fix(is_needed, line, store)


def _from_elsewhere(region: str, present: str, *, is_proxy: bool) -> str:
    if is_proxy:
        return f"RDS Proxy's roots in {region} are not known: have them from AWS, and save them as {NEW_STORE}"
    kept = f"; then add what {present} holds, for the other servers that it is for" if present else ""
    return instead(region, NEW_STORE) + kept
