"""Check force-ssl: does the server refuse a connection without TLS?"""

from tlscheck.inventory.batch import Depth
from tlscheck.inventory.force_ssl import Enforcement, Unsaid
from tlscheck.inventory.parameter_group import FORCE_SSL
from tlscheck.inventory.trait import Trait
from tlscheck.inventory.upgrade import group_of_upgrade
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.enforcement import MOST_MEMBERS
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN, enforcing, rebooting
from tlscheck.verdict.whom import Ending, Way, cut_off
from tlscheck.wording import OF_A_SAMPLE, joined, listed, plain, sentence

CHECK = Check(
    CheckId.FORCE_SSL,
    title="TLS is enforced by rds.force_ssl",
    why="Without enforcement a client can send its password and data in the clear, and nobody notices.",
    remedy="Once no client connects without TLS, set rds.force_ssl to 1 in the parameter group.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.MEDIUM, Status.WARNING: Severity.LOW},
)

STATUSES = {
    Enforcement.ENFORCED: Status.PASSED,
    Enforcement.NOT_ENFORCED: Status.FAILED,
    Enforcement.ENFORCED_AFTER_REBOOT: Status.WARNING,
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: Status.WARNING,
    Enforcement.UNKNOWN: Status.NOT_OBSERVED,
}

UNTIL_THEN = {
    Enforcement.ENFORCED_AFTER_REBOOT: "Whether it is enforced until then is not known.",
    Enforcement.NOT_ENFORCED_AFTER_REBOOT: "Whether it is enforced until then is not known: usually it is not.",
}
"""A status of pending-reboot is of the whole group: any parameter's change may be what waits."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster; a member's parameter is its cluster's."""
    known = evidence.enforcement
    step: Advice | str
    if known.absent:
        named = listed(map(plain, known.absent), MOST_MEMBERS)
        step = f"Have {named} listed and not excluded, so that a sweep looks at it too."
    elif known.is_old:
        step = "Have it looked at again (see not-observed): by what AWS's API says, rds.force_ssl is on by now."
    else:
        step = _next_step(evidence)
    reason = plain(known.reason)
    if not known.by_server and known.state in UNTIL_THEN:
        reason = f"{sentence(reason)} {UNTIL_THEN[known.state]}"
    return evidence.finding(CHECK.id, STATUSES[known.state], reason, step)


def names_callers(evidence: Evidence) -> bool:
    """Whether its step enforces TLS, and so names whom that cuts off."""
    known = evidence.enforcement
    is_other = known.absent or known.is_old or known.is_set_already
    return not is_other and (known.by_table or known.state) not in {Enforcement.ENFORCED, Enforcement.UNKNOWN}


def _next_step(evidence: Evidence) -> Advice | str:
    known = evidence.enforcement
    if known.is_set_already:
        return (
            "Setting rds.force_ssl again mends nothing. See whether what answers at the endpoint is this"
            " database's own server; if it is, ask AWS Support why it does not do what its parameter group says."
        )
    match known.by_table or known.state:
        case Enforcement.NOT_ENFORCED | Enforcement.NOT_ENFORCED_AFTER_REBOOT:
            if known.refuses:
                since = "" if evidence.depth is Depth.FULL else OF_A_SAMPLE[1]
                first = f"It refuses clients without TLS today, and takes them again after the reboot{since}."
                return enforcing(evidence, FORCING, first, is_here=False)
            return _of_next_group(evidence) or enforcing(evidence, FORCING)
        case Enforcement.ENFORCED_AFTER_REBOOT:
            return rebooting(evidence, FORCING.way, "From the next reboot on, whoever orders it, TLS is enforced.")
        case Enforcement.UNKNOWN:
            return _open(evidence)
        case Enforcement.ENFORCED:
            return BY_TABLE if known.by_table else ""


def _of_next_group(evidence: Evidence) -> str:
    """Of a group that the upgrade applies which waits: what is set in it mends nothing before."""
    group = group_of_upgrade(evidence.database)
    if group is None:
        return ""
    first = f"Its group {plain(group.name)} is applied by the upgrade that waits: no value in it holds before."
    if group.value != "1":
        return f"{first} Once it is done, a sweep says whom rds.force_ssl=1 cuts off."
    cut = cut_off(evidence, Way.PLAINTEXT, is_shared=False)
    return joined(f"{first} From then on TLS is enforced.", cut.named, *cut.unknown)


FORCING = Ending(FORCE_SSL, "1", Way.PLAINTEXT)

BY_TABLE = "Let tlscheck read the engine's default, as the reason says: it is known by our own table alone."

OPENS = {
    Unsaid.UNREAD: "Open what keeps tlscheck from reading the parameter group, as the reason says.",
    Unsaid.UNNAMED: f"Nothing: RDS names no parameter group while it makes a database. {ASK_AGAIN}",
    Unsaid.NO_FAMILY: (
        "Deploy a tlscheck that knows its engine version, or write the value that it has into its parameter group."
    ),
    Unsaid.APPLYING: f"Wait until RDS has applied it. {ASK_AGAIN}",
    Unsaid.FAILED: (
        f"See in RDS's events of it which parameter could not be applied, and correct that one. {ASK_AGAIN}"
    ),
    Unsaid.ODD_VALUE: "See who wrote that value into the parameter group: RDS gives a meaning to 0 and 1 alone.",
    Unsaid.DISAGREE: f"See which of its parameter groups RDS has in use, and give it that one alone. {ASK_AGAIN}",
}
"""What makes it known, where anything does."""


def _open(evidence: Evidence) -> str:
    known = evidence.enforcement
    unsaid = known.unsaid or Unsaid.UNREAD
    if unsaid is Unsaid.NO_SERVER:
        return _without_members(evidence)
    first = _before_it_applies(evidence) if unsaid in {Unsaid.APPLYING, Unsaid.FAILED} else ""
    return joined(first, OPENS[unsaid])


def _before_it_applies(evidence: Evidence) -> str:
    if evidence.enforcement.configured != "1":
        return ""
    cut = cut_off(evidence, Way.PLAINTEXT, is_shared=False)
    return joined("Once it is applied TLS is enforced.", cut.named, *cut.unknown)


def _without_members(evidence: Evidence) -> str:
    traits = evidence.database.traits
    if Trait.SERVERLESS_V1 in traits:
        return "Move it to Aurora Serverless v2: v1 has no members, and AWS ended its support on 2025-03-31."
    if Trait.LIMITLESS in traits:
        return "Nothing: of a Limitless cluster RDS lists no members, so it says of no server what is applied."
    if Trait.EXPRESS in traits:
        return "Nothing: of an express cluster RDS may list no members, so it says of no server what is applied."
    return "Nothing: nobody connects to a cluster without members. Once it has one, a sweep says more."
