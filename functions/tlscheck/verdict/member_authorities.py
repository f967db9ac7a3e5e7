"""The CAs of a cluster's members: whether the Region still offers them, and whether they are one."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from tlscheck.inventory.certificate import CertificateAuthority
from tlscheck.inventory.database import Database
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.authorities import common_authority, of_another_key, root_told, why_none
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.interruption import interrupts, why_not_interrupt
from tlscheck.verdict.remedies import LIST_AUTHORITIES, WHILE_CREATED
from tlscheck.verdict.renewal import await_change, while_it_is_away, whose_clients
from tlscheck.wording import day, joined, listed, plain, sentence

MOST_MEMBERS = 15

SOON = timedelta(days=365)
"""A CA is changed in every client's trust store first: a year is not long for that."""


def of_cluster(evidence: Evidence) -> Finding:
    """What the check ca says of a cluster. A failover from one CA to another breaks clients that trust but one."""
    database = evidence.database
    if not database.member_authorities:
        return evidence.finding(CheckId.CA, Status.INFORMATIONAL, _memberless(database))
    known = {name: its for name, its in sorted(database.member_authorities.items()) if its is not None}
    authority = database.certificate_authority
    if ended := _ended(evidence, known):
        return evidence.finding(
            CheckId.CA, Status.FAILED, f"{ended}{waiting(authority)}{_waiting_members(database)}", _unite(evidence)
        )
    if authority.pending:
        reason = f"A change of the cluster's CA to {plain(authority.pending)} waits for the maintenance window."
        return evidence.finding(CheckId.CA, Status.WARNING, reason, await_change(evidence, None))
    if len(known) < len(database.member_authorities):
        return _partly_known(evidence)
    if len(set(known.values())) > 1:
        reason = f"Its members' CAs differ, so a failover changes the chain: {_told(known.items())}."
        return evidence.finding(CheckId.CA, Status.WARNING, reason + _waiting_members(database), _unite(evidence))
    return _of_one(evidence, next(iter(known.values())))


def _ended(evidence: Evidence, known: Mapping[str, str]) -> str:
    """That CAs of members are at their end, in sentences; empty where none is."""
    authority = evidence.database.certificate_authority
    gone = [(name, its) for name, its in known.items() if authority.offered and its not in authority.offered]
    expired = sorted(
        {its for its in known.values() if its in authority.ends and authority.ends[its] <= evidence.at}
    )
    return joined(
        f"The Region does not offer the CA of members any more, retired, or unknown to it: {_told(gone)}. It "
        f"offers {', '.join(sorted(authority.offered))}."
        if gone
        else "",
        *(
            f"The CA {plain(each)} expired on {day(authority.ends[each])}: "
            f"{_told((name, its) for name, its in known.items() if its == each)}."
            for each in expired
        ),
    )


def waiting(authority: CertificateAuthority) -> str:
    """That a change of CA waits, as one more sentence; empty where none does."""
    if not authority.pending:
        return ""
    return f" A change to {plain(authority.pending)} waits for the maintenance window."


def _of_one(evidence: Evidence, its: str) -> Finding:
    database, authority = evidence.database, evidence.database.certificate_authority
    if (ends := authority.ends.get(its)) and ends - evidence.at < SOON:
        reason = f"All its members have the CA {plain(its)}, which expires on {day(ends)}."
        return evidence.finding(CheckId.CA, Status.WARNING, reason + _waiting_members(database), _unite(evidence))
    if authority.offered:
        reason = f"All its members have the CA {plain(its)}, which the Region offers.{_waiting_members(database)}"
        return evidence.finding(CheckId.CA, Status.PASSED, reason)
    why = sentence(plain(authority.reason))
    reason = f"All its members have the CA {plain(its)}. Whether the Region still offers it is not known: {why}"
    return evidence.finding(CheckId.CA, Status.NOT_OBSERVED, reason, LIST_AUTHORITIES)


def _memberless(database: Database) -> str:
    if Trait.SERVERLESS_V1 in database.traits:
        return "It has no members: the certificate of Aurora Serverless v1 is of ACM, not of a CA of RDS."
    return "The cluster names no members; where it has any, each has a CA of its own."


def _waiting_members(database: Database) -> str:
    pending = sorted(database.member_pending_authorities.items())
    changes = listed((f"of {plain(name)} to {plain(its)}" for name, its in pending), MOST_MEMBERS)
    return f" Changes wait for the maintenance window: {changes}." if changes else ""


def _told(members: Iterable[tuple[str, str]]) -> str:
    return listed((f"{plain(name)} has {plain(its)}" for name, its in members), MOST_MEMBERS)


def _partly_known(evidence: Evidence) -> Finding:
    """Of members that were listed and have no CA yet, and of those that were not."""
    database = evidence.database
    unknown = sorted(name for name, its in database.member_authorities.items() if its is None)
    without = listed((plain(name) for name in unknown if name in database.member_ids), MOST_MEMBERS)
    unlisted = listed((plain(name) for name in unknown if name not in database.member_ids), MOST_MEMBERS)
    reason = joined(
        f"AWS's API names no CA of {without}." if without else "",
        f"The CA of {unlisted} is not known: the instance was not listed." if unlisted else "",
    )
    step = joined(
        WHILE_CREATED if without else "",
        "See in the Region's not-observed why rds:DescribeDBInstances did not list it." if unlisted else "",
    )
    return evidence.finding(CheckId.CA, Status.NOT_OBSERVED, reason, step)


def _unite(evidence: Evidence) -> Advice:
    """One CA for all members: the one that most of them have, where that is possible."""
    database = evidence.database
    if first := while_it_is_away(database):
        return first
    if database.certificate_authority.pending:
        return await_change(evidence, None)
    target = common_authority(database, evidence.at + SOON, evidence.target)
    if target is None:
        return Advice(why_none(database))
    words = joined(
        f"This gives all members {target}, in their maintenance windows. First have {whose_clients(evidence)} "
        f"trust {root_told(target, database.region)}.",
        *dict.fromkeys(of_another_key(database, its, target) for its in database.member_authorities.values()),
        interrupts(evidence),
    )
    lines = commands.change_member_authorities(database, target)
    if why := why_not_interrupt(evidence):
        return Advice(joined(words, why))
    return Advice(f"{words} Then:", lines) if lines else Advice(f"{words} All changes to it wait already.")
