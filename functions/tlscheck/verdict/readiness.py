"""The readiness of a database: may its CA be changed, or whom to fix first?"""

from dataclasses import dataclass
from enum import StrEnum

from tlscheck.inventory.database import Kind
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.parameter_group import BABELFISH, TDS_ENCRYPTION
from tlscheck.inventory.settings import Settings
from tlscheck.verdict import visibility
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.clients import number_of
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.parameters import is_on
from tlscheck.verdict.whom import is_of_tds_too
from tlscheck.wording import counted, day, joined, plain, sentence


class Verdict(StrEnum):
    """What to do about a database, the most pressing first."""

    FIX_DATABASE = "FIX_DATABASE"
    FIX_CLIENTS = "FIX_CLIENTS"
    NOT_OBSERVED = "NOT_OBSERVED"
    CLEAR = "CLEAR"


@dataclass(frozen=True, slots=True)
class Readiness:
    """A verdict and the sentence that it rests on."""

    verdict: Verdict
    reason: str


BROKEN = (CheckId.SERVER_CERTIFICATE, CheckId.CA)
"""What keeps clients from verifying the server at all: mending clients first would not help."""

OF_CLIENTS = (CheckId.LOST_ENCRYPTION, CheckId.REFUSING_CLIENTS, CheckId.PLAINTEXT_CLIENTS)
"""What is mended at clients: enforcing TLS before would cut them off."""

BY_LOG = frozenset({CheckId.LOST_ENCRYPTION, CheckId.REFUSING_CLIENTS})
"""Judged by the server's log alone, which few servers have: that nobody reads it keeps no database from CLEAR."""

UNENFORCED = (Enforcement.NOT_ENFORCED, Enforcement.ENFORCED_AFTER_REBOOT, Enforcement.NOT_ENFORCED_AFTER_REBOOT)


def readiness(evidence: Evidence, findings: tuple[RememberedFinding, ...]) -> Readiness:
    """The verdict on a database by its settled findings: the first that applies.

    A lack of enforcement comes after the clients without TLS, since enforcing it would cut them off.
    """
    found = {remembered.finding.check: remembered for remembered in findings}
    broken = [found[check] for check in BROKEN if check in found and found[check].finding.status is Status.FAILED]
    if broken:
        return Readiness(Verdict.FIX_DATABASE, _reasons(broken))
    clients = [found[each] for each in OF_CLIENTS if each in found and found[each].finding.status is Status.FAILED]
    if clients:
        return Readiness(Verdict.FIX_CLIENTS, _reasons(clients))
    own = [remembered for remembered in findings if remembered.finding.status in {Status.FAILED, Status.WARNING}]
    if own:
        is_of_clients = all(remembered.finding.check in OF_CLIENTS for remembered in own)
        verdict = Verdict.FIX_CLIENTS if is_of_clients else Verdict.FIX_DATABASE
        return Readiness(verdict, _reasons(own) + _unseen(found))
    enforcement = evidence.enforcement
    if evidence.database.kind is Kind.MEMBER and enforcement.state in UNENFORCED:
        reason = f"Its cluster's TLS enforcement: {sentence(plain(enforcement.reason))}"
        return Readiness(Verdict.FIX_DATABASE, reason + _unseen(found))
    if evidence.database.kind is Kind.MEMBER and _is_plain_by_babelfish(evidence):
        reason = "Its cluster's Babelfish listener takes clients without TLS (see the cluster's babelfish-tls)."
        return Readiness(Verdict.FIX_DATABASE, reason + _unseen(found))
    return _unseen_or_clear(evidence, findings, found)


def _is_plain_by_babelfish(evidence: Evidence) -> bool:
    """Whether the cluster's babelfish-tls fails or warns: a member takes its clients by that listener too."""
    settings = evidence.database.settings
    if not isinstance(settings, Settings) or settings.values.get(BABELFISH, "").strip().lower() != "on":
        return False
    is_ended = is_of_tds_too(evidence.database) and evidence.enforcement.is_enforced
    return not (is_on(settings.values.get(TDS_ENCRYPTION, "")) or is_ended)


def _unseen_or_clear(
    evidence: Evidence, findings: tuple[RememberedFinding, ...], found: dict[CheckId, RememberedFinding]
) -> Readiness:
    unseen = [
        remembered
        for remembered in findings
        if remembered.finding.status is Status.NOT_OBSERVED and remembered.finding.check not in BY_LOG
    ]
    if unseen:
        summary = found.get(CheckId.NOT_OBSERVED)
        standing = summary is not None and summary.finding.status is Status.NOT_OBSERVED
        return Readiness(Verdict.NOT_OBSERVED, _reasons([summary] if summary is not None and standing else unseen))
    if lacks := visibility.lacks(evidence):
        # Of a cluster a sample judges nothing that would say so.
        return Readiness(Verdict.NOT_OBSERVED, f"Not looked at: {joined(*map(sentence, lacks))}")
    return Readiness(Verdict.CLEAR, _clear(evidence))


def _reasons(findings: list[RememberedFinding]) -> str:
    return " ".join(_reason(remembered) for remembered in findings)


def _reason(remembered: RememberedFinding) -> str:
    since = remembered.not_observed_since
    reason = sentence(remembered.finding.reason)
    return f"{reason} Since {day(since)} it could not be looked at again." if since else reason


def _unseen(found: dict[CheckId, RememberedFinding]) -> str:
    plaintext = found.get(CheckId.PLAINTEXT_CLIENTS)
    if plaintext is None or plaintext.finding.status is not Status.NOT_OBSERVED:
        return ""
    return f" {sentence(plaintext.finding.reason)}"


def _clear(evidence: Evidence) -> str:
    if evidence.database.kind is Kind.PROXY:
        return "It insists on TLS; no rotation of RDS's CAs concerns its clients."
    if evidence.database.kind is Kind.CLUSTER:
        return "TLS is enforced; certificates and clients are its members'."
    count = number_of(evidence.tls_clients)
    if not count:
        return "Nothing known stands in the way, and no client was seen with TLS so far."
    owner = "owner" if count == 1 else "owners"
    return (
        f"Nothing known stands in the way. Before the CA is changed, ask the {owner} of "
        f"{counted(count, 'TLS client')}: whether a client verifies the server cannot be seen."
    )
