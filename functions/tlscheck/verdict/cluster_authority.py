"""Check ca of a cluster: do its members' certificates hang from one CA?"""

from tlscheck.verdict import commands
from tlscheck.verdict.check import CheckId
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding, Status
from tlscheck.wording import listed, plain

MOST_MEMBERS = 15


def judge(evidence: Evidence) -> Finding:
    """The finding of a cluster. A failover from one CA to another breaks clients that trust but one of them."""
    check, database = CheckId.CA, evidence.database
    members = database.member_authorities
    if not members:
        reason = "The cluster names no members; where it has any, each has a CA of its own."
        return evidence.finding(check, Status.INFORMATIONAL, reason)
    unlisted = sorted(plain(name) for name, authority in members.items() if authority is None)
    if unlisted:
        reason = f"The CA of {listed(unlisted, MOST_MEMBERS)} is not known: the instance was not listed."
        return evidence.finding(check, Status.NOT_OBSERVED, reason, "Allow tlscheck rds:DescribeDBInstances.")
    if pending := database.certificate_authority.pending:
        reason = f"A change of the cluster's CA to {plain(pending)} waits for the maintenance window."
        step = "Before that window, make sure that its TLS clients trust the new root (see tls-clients)."
        return evidence.finding(check, Status.WARNING, reason, step)
    if len(set(members.values())) == 1:
        (authority,) = {plain(each or "") for each in members.values()}
        return evidence.finding(check, Status.PASSED, f"All its members have the CA {authority}.")
    mixed = listed(
        (f"{plain(name)} has {plain(authority or '')}" for name, authority in sorted(members.items())),
        MOST_MEMBERS,
    )
    target = commands.preferred_authority(database)
    step = (
        f"{commands.change_member_authorities(database, target)} once its TLS clients trust the root of {target}."
    )
    return evidence.finding(
        check, Status.WARNING, f"Its members' CAs differ, so a failover changes the chain: {mixed}.", step
    )


def is_known(evidence: Evidence) -> bool:
    """Whether the CA of every member was listed."""
    return None not in evidence.database.member_authorities.values()
