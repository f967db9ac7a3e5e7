"""Check tls-versions: does the server take an outdated version of TLS?"""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import CIPHERS, NEWEST_PROTOCOL, OLDEST_PROTOCOL, SSL, ParameterKind
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.outdated import OUTDATED, below, by_outdated_tls
from tlscheck.verdict.parameters import is_off, unknown
from tlscheck.verdict.remedies import enforcing, setting
from tlscheck.verdict.whom import Ending, Way
from tlscheck.wording import joined, plain

CHECK = Check(
    CheckId.TLS_VERSIONS,
    title="The server takes no outdated version of TLS",
    why="TLS 1.0 and 1.1 are broken, and RFC 8996 forbids them.",
    remedy="Set ssl_min_protocol_version to TLSv1.2 in the parameter group.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)

VERSIONS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
"""As PostgreSQL has them, oldest first; it takes them in any case (guc.c, config_enum_lookup_by_name)."""

RAISING = Ending(OLDEST_PROTOCOL, "TLSv1.2", Way.OUTDATED)


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster: which protocol versions and ciphers the server takes."""
    settings = evidence.database.settings
    if isinstance(settings, Gap):
        return unknown(evidence, CHECK.id, settings)
    group, values = plain(settings.parameter_group or "?"), settings.values
    if is_off(values.get(SSL, "")):
        step = setting(evidence, SSL, "1")
        reason = f"{SSL} is {plain(values[SSL])} in {group}: the server speaks no TLS."
        return evidence.finding(CHECK.id, Status.FAILED, reason, step)
    for name in (OLDEST_PROTOCOL, NEWEST_PROTOCOL):
        if (value := values.get(name)) and _version(value) is None:
            reason = f"{name} is {plain(value)} in {group}, which is no version that we know."
            what = (
                f"See which versions {name} may have in this engine version; tlscheck may be too old to know it."
            )
            return evidence.finding(CHECK.id, Status.NOT_OBSERVED, joined(reason, below(evidence)), what)
    return evidence.finding(CHECK.id, *_judged(evidence, group, values))


def names_callers(evidence: Evidence) -> bool:
    """Whether its step ends outdated versions, and so names who comes by them."""
    settings = evidence.database.settings
    return not isinstance(settings, Gap) and _version(settings.values.get(OLDEST_PROTOCOL, "")) in OUTDATED


def _judged(evidence: Evidence, group: str, values: dict[str, str]) -> tuple[Status, str, Advice | str]:
    newest, oldest = _version(values.get(NEWEST_PROTOCOL, "")), _version(values.get(OLDEST_PROTOCOL, ""))
    if newest and oldest and _age(oldest) > _age(newest):
        reason = (
            f"{OLDEST_PROTOCOL} is {oldest} and {NEWEST_PROTOCOL} {newest} in {group}: no version is left, and"
            " PostgreSQL refuses such a pair when it starts."
        )
        return Status.FAILED, reason, _raise_newest(evidence)
    if newest in OUTDATED:
        reason = f"The newest version that the server speaks is {newest} ({NEWEST_PROTOCOL} in {group})."
        return Status.FAILED, reason, _raise_newest(evidence)
    if oldest in OUTDATED:
        reason = f"The server still takes {oldest} ({OLDEST_PROTOCOL} in {group})."
        return Status.WARNING, reason, enforcing(evidence, RAISING)
    ciphers = f"; {CIPHERS} is {plain(values[CIPHERS])}" if values.get(CIPHERS) else ""
    if not oldest:
        reason = (
            f"{group} leaves {OLDEST_PROTOCOL} to the engine, whose own default the API does not tell{ciphers}."
        )
        # Whoever came below it is proof enough that the server took it, whatever its engine's default is now.
        step = enforcing(evidence, RAISING) if by_outdated_tls(evidence) else ""
        return Status.INFORMATIONAL, joined(reason, below(evidence)), step
    to = f" to {newest}" if newest else " up to the newest that it knows"
    reason = f"The server takes {oldest}{to} ({group}{ciphers}).".replace(";", ",")
    return Status.PASSED, joined(reason, below(evidence)), ""


def _raise_newest(evidence: Evidence) -> Advice:
    """A newer version beside those that it has ends none: nobody is cut off."""
    kind = evidence.database.parameter_kinds.get(NEWEST_PROTOCOL, ParameterKind())
    newest = VERSIONS[-1] if not kind.allowed or VERSIONS[-1] in kind.allowed.split(",") else "TLSv1.2"
    return setting(evidence, NEWEST_PROTOCOL, newest)


def _age(version: str) -> int:
    return VERSIONS.index(version.removesuffix(".0"))


def _version(value: str) -> str | None:
    """A value as PostgreSQL reads it; None for an empty one, and for what it would not take."""
    spelt = {version.lower(): version for version in (*VERSIONS, *OUTDATED)}
    return spelt.get(value.strip().lower())
