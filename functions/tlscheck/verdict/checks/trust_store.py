"""Check trust-store: does this deployment trust the root of every CA that the Region offers?"""

from tlscheck.inventory.gap import Gap
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN, LIST_AUTHORITIES
from tlscheck.wording import plain, sentence

CHECK = Check(
    CheckId.TRUST_STORE,
    title="This deployment trusts the root of every CA that the Region offers",
    why="Without a Region's root no server of it can be verified, so none is logged in to.",
    remedy="Refresh the root certificate layer: make trust-store && make deploy",
    documentation=f"{GUIDE}/UsingWithRDS.SSL.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH},
)

REFRESH = "In tlscheck's own folder: make trust-store && make deploy"
"""The command that fetches AWS's current bundles, inspects them and deploys the layer anew."""


def judge(evidence: RegionEvidence) -> Finding:
    """The finding of a Region: without the root of a CA no certificate of it verifies, and no server is looked at.

    An expired CA is left out of the trust store on purpose.
    """
    authorities = evidence.listing.authorities
    if isinstance(authorities, Gap):
        reason = sentence(f"The Region's CAs are not known: {plain(authorities.told)}")
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, LIST_AUTHORITIES)
    current = [each for each in authorities.offered if each.expires is None or each.expires > evidence.at]
    missing = [
        f"{plain(each.identifier)} (SHA-1 {plain(each.thumbprint)})"
        for each in current
        if each.thumbprint is not None and each.thumbprint not in evidence.roots
    ]
    if missing:
        named = ", ".join(missing)
        reason = f"The trust store of this deployment lacks the root of {named}, which the Region offers."
        if evidence.listing.is_empty:
            nobody = f"{reason} No database of the Region needs it."
            return evidence.finding(CHECK.id, Status.INFORMATIONAL, nobody)
        return evidence.finding(CHECK.id, Status.FAILED, reason, REFRESH)
    unnamed = [plain(each.identifier) for each in current if each.thumbprint is None]
    if unnamed:
        reason = f"The API gives no thumbprint of {', '.join(unnamed)}."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, ASK_AGAIN)
    held = ", ".join(plain(each.identifier) for each in current)
    return evidence.finding(CHECK.id, Status.PASSED, f"The trust store holds the root of {held or 'no CA'}.")
