"""Check trust-store: does this deployment trust the root of every CA that the Region offers?"""

from collections.abc import Collection

from tlscheck.inventory.ca_name import ca_of_subject, name_in
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.region import Authorities
from tlscheck.verdict.bring_roots import SAVED, bring_roots
from tlscheck.verdict.check import BEST_PRACTICES, GUIDE, Check, CheckId, Severity, Status
from tlscheck.verdict.evidence import RegionEvidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN, LIST_AUTHORITIES
from tlscheck.wording import OWNERS, joined, plain, sentence

CHECK = Check(
    CheckId.TRUST_STORE,
    title="This deployment trusts the root of every CA that the Region offers",
    why="Without a Region's root no server of it can be verified, so none is logged in to.",
    remedy="Refresh the root certificate layer: make trust-store && make deploy",
    documentation=f"{GUIDE}/UsingWithRDS.SSL.html",
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH},
)


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
    strangers = _strangers(evidence, authorities)
    if missing:
        return _missing(evidence, missing, strangers)
    unnamed = [plain(each.identifier) for each in current if each.thumbprint is None]
    if unnamed:
        reason = f"The API gives no thumbprint of {', '.join(unnamed)}."
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, ASK_AGAIN)
    if strangers:
        return _not_offered(evidence, strangers)
    held = ", ".join(plain(each.identifier) for each in current)
    owners = [plain(each.identifier) for each in current if each.thumbprint in evidence.owners]
    whose = f" {OWNERS.capitalize()}: {', '.join(owners)}." if owners else ""
    reason = f"The trust store holds the root of {held or 'no CA'}.{whose}"
    return evidence.finding(CHECK.id, Status.PASSED, reason)


def _missing(evidence: RegionEvidence, missing: list[str], strangers: list[str]) -> Finding:
    """Of its strangers too: one may stand under the name of what is missing, and keep that out."""
    region, asker = evidence.listing.region, evidence.asker
    whose = "this tlscheck" if asker.is_here else "this deployment"
    reason = f"The trust store of {whose} lacks the root of {', '.join(missing)}, which the Region offers."
    if not _of_region(evidence, evidence.roots):
        saved = (
            f"Where AWS's bundle cannot be fetched, one that you saved is taken: make trust-store EXTRA={SAVED}."
        )
        reason = joined(reason, f"It holds no root of {region} at all.", "" if asker.is_here else saved)
    if strangers:
        reason = f"{reason} {_told(evidence, strangers)}"
    if evidence.listing.is_empty:
        nobody = f"{reason} No database of the Region needs it."
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, nobody, _remove(evidence, strangers))
    step = joined(_remove(evidence, strangers), bring_roots(region, asker))
    return evidence.finding(CHECK.id, Status.FAILED, reason, step)


def _not_offered(evidence: RegionEvidence, strangers: list[str]) -> Finding:
    """A root of the owner's is trusted for each server of its Region: AWS's own list says whether it is AWS's."""
    return evidence.finding(
        CHECK.id, Status.INFORMATIONAL, _told(evidence, strangers), _remove(evidence, strangers)
    )


def _told(evidence: RegionEvidence, strangers: list[str]) -> str:
    named = ", ".join(f"{plain(name_in(evidence.roots[each]))} (SHA-1 {each})" for each in strangers)
    return f"{OWNERS.capitalize()}, and of no CA that the Region offers: {named}."


def _remove(evidence: RegionEvidence, strangers: list[str]) -> str:
    """What takes them out again; empty of none."""
    if not strangers:
        return ""
    remove = ", ".join(plain(name_in(evidence.roots[each])) for each in strangers)
    return (
        "Compare it with AWS's bundle of the Region. If it is not in there, in tlscheck's own folder: "
        f'make trust-store REMOVE="{remove}" && make deploy'
    )


def _strangers(evidence: RegionEvidence, authorities: Authorities) -> list[str]:
    offered = {each.thumbprint for each in authorities.offered}
    return [each for each in _of_region(evidence, evidence.owners) if each not in offered]


def _of_region(evidence: RegionEvidence, thumbprints: Collection[str]) -> list[str]:
    """Those of our roots that are of the Region."""
    named = {each: ca_of_subject(evidence.roots[each]) for each in sorted(thumbprints)}
    return [each for each, ca in named.items() if ca and ca.region == evidence.listing.region]
