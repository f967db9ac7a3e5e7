"""What to change, in one line of the driver's own words, and the trust store that goes with it.

Done as printed it mends what it is printed for, verifies no less than before, and the client connects today as
well: tests write each line into the client's own words and ask again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from shlex import quote as shell

from tlscheck.drivers import written
from tlscheck.drivers.behaviour import Rule, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.table import DIALECTS, FRAMEWORKS, MODELS
from tlscheck.survival.assessment import Assessment, Scenario, Survival
from tlscheck.survival.placing import place
from tlscheck.survival.prediction import Roots
from tlscheck.trust.bundles import instead

NEW_STORE = "rds-ca.pem"
"""What `tlscheck trust-store build` calls it."""

_HAVE_HOSTADDR = frozenset({Driver.LIBPQ, Driver.PSYCOPG, Driver.PSYCOPG2})
_NO_LINE = "By this name no setting connects that verifies the server."
_AS_STRICT_AS_A_CHAIN = frozenset({Verifies.CHAIN, Verifies.CHAIN_AND_NAME})


@dataclass(frozen=True, slots=True)
class Purpose:
    """The server that a fix is for."""

    regions: tuple[str, ...] = ()
    """Whose roots a new trust store holds; empty: of all Regions."""

    is_proxy: bool = False
    has_roots: bool = True
    """Whether tlscheck has the roots of the Region's CA, or of RDS Proxy: it builds no store without."""

    is_named: bool | None = True
    """Whether the certificate carries the name that the client looks for."""

    endpoint: str = ""
    """The database's own name; "" when not known."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A line to write, and a command for the trust store, or words where none does; "" for nothing to do."""

    is_needed: bool
    """False: it survives as it is, and would be safer so."""

    line: str = ""
    trust_store: str = ""

    where: str = ""
    """Where the line is written and what it stands in place of, or why there is none, in sentences."""

    host: str = ""
    """The host to write in place of the present one; "" where that stays, or the line says it."""


def fix(assessment: Assessment, purpose: Purpose) -> Fix:
    """What makes this client survive, and verify: nothing when it does both already."""
    connection, both = assessment.connection, assessment.outlook(Scenario.BOTH)
    is_needed = both.verdict is not Survival.SURVIVES or assessment.verdict is not Survival.SURVIVES
    verified = both.prediction.verifies
    if connection.is_local or (not is_needed and verified is Verifies.CHAIN_AND_NAME):
        return Fix(is_needed)
    if why := _nothing_to_write(connection):
        return Fix(is_needed, where=why)
    store, path = _store(assessment, purpose)
    if purpose.is_named or _verifies_name(assessment.rules):
        return _full(connection, purpose, Fix(is_needed, trust_store=store), path)
    line = _chain_line(connection, path)
    if not is_needed and (not line or verified in _AS_STRICT_AS_A_CHAIN):
        return Fix(is_needed, where=_by_name(connection, purpose))
    where = " ".join(filter(None, (_place(line, connection), _by_name(connection, purpose))))
    return Fix(is_needed, line, store if line else "", where)


def _nothing_to_write(connection: Connection) -> str:
    if connection.unknown:
        return f"Say first what is not known: {', '.join(connection.unknown)}."
    if not any(_is_strict(rule, connection.version) for rule in MODELS[connection.driver.family].rules):
        return f"No setting of this version of {connection.driver} is known to verify the server."
    return ""


def _full(connection: Connection, purpose: Purpose, begun: Fix, path: str) -> Fix:
    """Chain and name, by a name that the certificate carries."""
    line = _line(connection, path)
    where = place(line, connection)
    if purpose.is_named is not False:
        name = (
            ""
            if purpose.is_named
            else "Whether the certificate carries this name is not known: say the endpoint, or try it with"
            " --connect."
        )
        return Fix(begun.is_needed, line, begun.trust_store, f"{where} {name}".strip())
    is_elsewhere = connection.is_address or connection.host == "localhost"
    if purpose.endpoint and not is_elsewhere:
        name = f"{purpose.endpoint} is the host to write: the certificate carries no other name."
        return Fix(begun.is_needed, line, begun.trust_store, f"{where} {name}", purpose.endpoint)
    if purpose.endpoint and _has_hostaddr(connection):
        address = connection.address or ("127.0.0.1" if connection.host == "localhost" else connection.host)
        said = {"host": purpose.endpoint, "hostaddr": address.strip("[]")}
        beside = {"sslmode": "verify-full", "sslrootcert": path, **said}
        names = connection.written.names
        line = written.line(connection.written, beside) if names else _beside(line, said)
        return Fix(begun.is_needed, line, begun.trust_store, place(line, connection))
    weaker = _chain_line(connection, path)
    lost = "It gives up the name: every server with a certificate of the same CA passes." if weaker else ""
    return Fix(
        begun.is_needed,
        weaker,
        begun.trust_store if weaker else "",
        " ".join(filter(None, (_place(weaker, connection), lost, _by_name(connection, purpose)))),
    )


def _place(line: str, connection: Connection) -> str:
    return place(line, connection) if line else _NO_LINE


def _by_name(connection: Connection, purpose: Purpose) -> str:
    name = purpose.endpoint or "the endpoint's own name"
    if purpose.is_named is None:
        return "To verify the name too, say the endpoint: the certificate carries that name alone."
    if _has_hostaddr(connection):
        host = purpose.endpoint or "<endpoint>"
        return f"To verify the name too: host={host}, with hostaddr= for where it is reached."
    return f"To verify the name too it must connect by {name}: no other name is in the certificate."


def _line(connection: Connection, path: str) -> str:
    if connection.written.names:
        return written.line(connection.written, {"sslmode": "verify-full", "sslrootcert": path})
    framework = FRAMEWORKS.get(connection.framework)
    if framework and framework.line:
        return framework.line(connection, path)
    return DIALECTS[connection.driver].line(connection, path)


def _chain_line(connection: Connection, path: str) -> str:
    """The line without the name; "" where the driver has none."""
    if connection.written.names:
        return written.line(connection.written, {"sslmode": "verify-ca", "sslrootcert": path})
    framework = FRAMEWORKS.get(connection.framework)
    speaker = framework if framework and framework.line else DIALECTS[connection.driver]
    if speaker.chain_line:
        return speaker.chain_line(connection, path)
    full = _line(connection, path)
    chain = full.replace("verify-full", "verify-ca").replace("VerifyFull", "VerifyCA")
    return chain if chain != full else ""


def _has_hostaddr(connection: Connection) -> bool:
    """Whether it can be told where a host is reached, in words of its own or of its document."""
    names = connection.written.names
    return connection.driver in _HAVE_HOSTADDR and not connection.framework and (not names or "hostaddr" in names)


def _beside(line: str, said: dict[str, str]) -> str:
    """The line of libpq or psycopg with more settings."""
    if line.startswith("?"):
        return line + "".join(f"&{name}={value}" for name, value in said.items())
    if line.endswith(")"):
        return line[:-1] + "".join(f', {name}="{value}"' for name, value in said.items()) + ")"
    return line + "".join(f" {name}={value}" for name, value in said.items())


def _is_strict(rule: Rule, version: tuple[int, ...]) -> bool:
    return rule.verifies is not Verifies.NOTHING and not rule.refuses and rule.holds_for(version)


def _verifies_name(rules: Sequence[Rule]) -> bool:
    return bool(rules) and all(rule.verifies is Verifies.CHAIN_AND_NAME for rule in rules)


def _store(assessment: Assessment, purpose: Purpose) -> tuple[str, str]:
    """The command for the trust store, "" where the present one does, and the path of the file to name.

    It keeps what the present file holds, and has the roots of every CA of the Region, so also of today's.
    """
    root = assessment.connection.root
    is_readable = bool(assessment.file) and all(each.roots is Roots.FOUND for each in assessment.file)
    if is_readable and all(each.is_trusted for each in assessment.file):
        return "", root
    name, new = ("rds-ca-new", "rds-ca-new.pem") if root.endswith(NEW_STORE) else ("", NEW_STORE)
    if not purpose.has_roots and purpose.regions:
        return _from_elsewhere(purpose, root if is_readable else "", new), new
    parts = ["tlscheck trust-store build"]
    parts += ["--proxy"] * purpose.is_proxy
    parts += [f"--region {region}" for region in purpose.regions]
    parts += [f"--merge {shell(root)}"] * is_readable
    parts += [f"--name {name}"] * bool(name)
    return " ".join(parts), new


def _from_elsewhere(purpose: Purpose, present: str, path: str) -> str:
    region = " and ".join(purpose.regions)
    if purpose.is_proxy:
        return f"RDS Proxy's roots in {region} are not known: have them from AWS, and save them as {path}"
    kept = f"; then add what {present} holds, for the other servers that it is for" if present else ""
    return instead(purpose.regions[0], path) + kept
