"""Check upgrade-enforces-tls: would a major-version upgrade turn TLS enforcement on, for whom, and when?

A major upgrade takes a parameter group of the new version's family: "if a nondefault DB parameter group is
currently in use, a new DB parameter group in the DB parameter group family for the new engine version must be
specified ... can be the default" (ModifyDBInstance.EngineVersion). So a 0 in today's group is no 0 in the next.
"""

from datetime import datetime, timedelta

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import ENGINES, Engine, engine_named, major
from tlscheck.inventory.force_ssl import Enforcement
from tlscheck.inventory.gap import NOT_ASKED, Gap
from tlscheck.inventory.upgrade import GroupOfUpgrade, group_of_upgrade
from tlscheck.ledger.counting import plaintext_clients
from tlscheck.ledger.sightings import learn
from tlscheck.verdict.check import BEST_PRACTICES, TLS_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import named, without_tls
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.predecessors import still_expected
from tlscheck.wording import day, joined, plain, sentence

_FORCED_FROM = " and ".join(f"{engine.title} {engine.forced_from}" for engine in ENGINES)

CHECK = Check(
    CheckId.UPGRADE,
    title="A major-version upgrade does not turn TLS enforcement on unforeseen",
    why=f"From {_FORCED_FROM} on the default is to refuse clients without TLS.",
    remedy="Move the clients to TLS before the upgrade.",
    documentation=TLS_PAGE,
    type=BEST_PRACTICES,
    severities={Status.WARNING: Severity.MEDIUM},
)

NEAR = timedelta(days=180)
"""Before a version's support ends. Every client is changed first, and a job that runs once a quarter has to be
seen with TLS after that: less than half a year is not enough for both."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or cluster. The version from which it holds is our table's, and said to be."""
    database = evidence.database
    known, number = evidence.enforcement, database.major
    state = known.by_table or known.state
    engine = engine_named(database.engine)
    group = group_of_upgrade(database)
    if state is not Enforcement.ENFORCED and group is not None and group.value in {"0", "1"}:
        return _judge_group_of_upgrade(evidence, group)
    if state is Enforcement.UNKNOWN or number is None or engine is None:
        why = plain(known.reason) if state is Enforcement.UNKNOWN else "its version is not known to us"
        return _not_known(evidence, why)
    if state is Enforcement.ENFORCED:
        if known.by_table:
            return _not_known(evidence, plain(known.reason))
        reason = f"No upgrade turns it on: TLS is enforced already. {sentence(plain(known.reason))}"
        return evidence.finding(CHECK.id, Status.PASSED, reason)
    if not database.force_ssl.parameter_group:
        return _not_known(evidence, "the API names no parameter group of it")
    return _announced(evidence, engine, number)


def _not_known(evidence: Evidence, why: str) -> Finding:
    reason = sentence(f"What an upgrade would change is not known: {why}")
    return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, "See force-ssl.")


def _judge_group_of_upgrade(evidence: Evidence, group: GroupOfUpgrade) -> Finding:
    """What is in the group of the upgrade that waits is known before."""
    where = f"its group {plain(group.name)}, which holds from the upgrade that waits on"
    if group.value == "0":
        return evidence.finding(CHECK.id, Status.PASSED, f"rds.force_ssl is 0 in {where}: it turns nothing on.")
    reason = joined(f"rds.force_ssl is 1 in {where}.", _window(evidence.database), _cut_off(evidence))
    step = f"{_FIRST}, or write rds.force_ssl=0 into that group until they have moved."
    return evidence.finding(CHECK.id, Status.WARNING, reason, step)


_FIRST = "Before the upgrade move every client to TLS"
_THEN = f"{_FIRST}, then turn rds.force_ssl on yourself (see force-ssl). Where that takes longer,"
_STEP = (
    f"{_THEN} let the upgrade take a parameter group of your own, of the new version's family, into which"
    " rds.force_ssl=0 is written until they have moved."
)
_STEP_BEFORE_THE_WINDOW = (
    f"{_THEN} write rds.force_ssl=0 into the parameter group that the upgrade takes, or put the upgrade off, until"
    " they have moved."
)
"""Words alone: which group that is, the API tells of no upgrade that waits, nor whether it is the default."""


def _announced(evidence: Evidence, engine: Engine, number: int) -> Finding:
    database, at = evidence.database, evidence.at
    upgrade = major(database.pending_version)
    comes = upgrade is not None and upgrade > number
    waits = upgrade is not None and comes and engine.is_forced_by_default(upgrade)
    first = f"{engine.title} {max(engine.forced_from, number + 1)}"
    if waits:
        what = f"The upgrade to {plain(database.pending_version or '')} that waits"
    else:
        what = f"An upgrade to {first} or later"
    reason = joined(
        f"{what} turns TLS enforcement on, unless rds.force_ssl=0 is written into the group that it takes: "
        f"{_group(database, engine)}",
        _today(evidence),
        _window(database) if waits else _harmless(database) if comes else _support(database, engine, number, at),
        _cut_off(evidence),
    )
    if waits:
        return evidence.finding(CHECK.id, Status.WARNING, reason, _STEP_BEFORE_THE_WINDOW)
    if comes:
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, reason, _STEP)
    return evidence.finding(CHECK.id, _status(database, at), reason, joined(_STEP, _ask_for_the_end(database)))


def _harmless(database: Database) -> str:
    return f"That to {plain(database.pending_version or '')}, which waits, does not by default."


def _ask_for_the_end(database: Database) -> str:
    ends = database.lifecycle.standard_until
    if not isinstance(ends, Gap) or ends == NOT_ASKED:
        return ""
    return f"Let {ends.operation} succeed in this Region, as the reason says: it tells by when an upgrade comes."


def _status(database: Database, at: datetime) -> Status:
    """By when an upgrade comes; where that could not be asked, an earlier warning stands."""
    ends = database.lifecycle.standard_until
    if isinstance(ends, Gap) and ends != NOT_ASKED:
        return Status.NOT_OBSERVED
    return Status.WARNING if _ends_soon(database, at) else Status.INFORMATIONAL


def _group(database: Database, engine: Engine) -> str:
    name = plain(database.force_ssl.parameter_group or "?")
    has = f"from {engine.title} {engine.forced_from} on rds.force_ssl is 1 (by our table of versions)."
    if name.startswith("default."):
        return f"in the default groups {has}"
    return f"{name} is of today's version alone, and in any new group {has}"


def _today(evidence: Evidence) -> str:
    """What is not simply known to be 0 today."""
    known = evidence.enforcement
    if known.state is Enforcement.NOT_ENFORCED:
        return ""
    told = sentence(plain(known.reason))
    if known.state is Enforcement.ENFORCED_AFTER_REBOOT:
        return f"Any other reboot turns it on too: {told}"
    return f"As to today: {told}"


def _window(database: Database) -> str:
    if database.maintenance_window is None:
        return ""
    return f"It comes in the maintenance window {plain(database.maintenance_window)} (UTC), or before."


def _support(database: Database, engine: Engine, number: int, at: datetime) -> str:
    """By when an upgrade comes. One that is enrolled in Extended Support stays, and is charged for that."""
    support, ends = f"Standard support of {engine.title} {number}", database.lifecycle.standard_until
    if ends is None or ends == NOT_ASKED:
        return ""
    if isinstance(ends, Gap):
        return sentence(f"{support} ends at a time that is not known: {plain(ends.told)}")
    when = f"{support} {'ended' if ends <= at else 'ends'} on {day(ends)}"
    # What RDS takes for the next version may be one below the first that enforces it.
    to = "" if engine.is_forced_by_default(number + 1) else ", to a version that the API does not tell"
    match database.lifecycle.is_extended:
        case False:
            return f"{when}, and RDS upgrades it on that day or shortly after{to}: it has no RDS Extended Support."
        case True:
            later = database.lifecycle.extended_until
            until = f" until {day(later)}" if later else ""
            return f"{when}; RDS Extended Support, for which it is charged then, keeps it on its version{until}."
        case None:
            unless = "unless it has Extended Support, which the API does not say"
            return f"{when}, and RDS upgrades it then{to}, {unless}."


def _ends_soon(database: Database, at: datetime) -> bool:
    """Whether the support ends, within NEAR or before now, after which it has to be upgraded."""
    ends = database.lifecycle.standard_until
    if not isinstance(ends, datetime):
        return False
    if ends <= at and database.lifecycle.is_extended:
        later = database.lifecycle.extended_until
        return later is not None and later - at <= NEAR
    return ends - at <= NEAR


def _cut_off(evidence: Evidence) -> str:
    if evidence.database.kind is Kind.CLUSTER:
        clients = plaintext_clients(learn(evidence.member_clients, ()), evidence.at, evidence.watched_span)
        if clients:
            return f"It would cut off clients of its members: {named(without_tls(clients))}."
        return "No client of its members without TLS is known; whether all were seen, their plaintext-clients say."
    if clients := evidence.plaintext_clients:
        return f"It would cut off {named(without_tls(clients))}."
    if still_expected(evidence):
        return "It would cut off clients that plaintext-clients names, if they come."
    return "No client without TLS is known; whether all were seen, its plaintext-clients says."
