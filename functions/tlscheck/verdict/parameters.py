"""The parameters beside rds.force_ssl as reasons tell them, and what is said where they are not known."""

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.force_ssl import PENDING_REBOOT, PENDING_UPGRADE
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.settings import PARAMETERS
from tlscheck.inventory.trait import Trait
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.enforcement import group_statuses
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.remedies import ASK_AGAIN
from tlscheck.wording import joined, plain, sentence

WITHOUT_SERVERS = {
    Trait.SERVERLESS_V1: "Nothing: Aurora Serverless v1 has no instance that says so, and its support has ended.",
    Trait.EXPRESS: "Nothing: AWS's API names no instance of an express configuration that says so.",
    Trait.LIMITLESS: "Nothing: AWS's API names no instance of a Limitless cluster that says so.",
}
"""What to do about the parameters of a cluster without members, by its sort."""

UNAPPLIED = {
    PENDING_REBOOT: "See force-ssl: what waits in the parameter group is applied by a reboot.",
    PENDING_UPGRADE: f"Nothing: the upgrade that waits applies its parameter group. {ASK_AGAIN}",
    "applying": f"Nothing: it is being applied. {ASK_AGAIN}",
    "failed-to-apply": "See in RDS's events and the server's log why its parameter group could not be applied.",
}
"""What to do where a group is not in effect, by its status (DBParameterGroupStatus.ParameterApplyStatus)."""


def told(value: str) -> str:
    """A value, which the group may leave out."""
    return plain(value) or "left to the engine"


def is_off(value: str) -> bool:
    """Whether a boolean parameter is off: RDS has 0 and 1, and PostgreSQL any beginning of these words that is one
    word's alone (bool.c, parse_bool_with_len)."""
    return _is_word(value, "off", least=2) or _is_word(value, "false") or _is_word(value, "no") or value == "0"


def is_on(value: str) -> bool:
    """The same of on."""
    return _is_word(value, "on", least=2) or _is_word(value, "true") or _is_word(value, "yes") or value == "1"


def _is_word(value: str, word: str, least: int = 1) -> bool:
    spelt = value.strip().lower()
    return len(spelt) >= least and word.startswith(spelt)


def unknown(evidence: Evidence, check: CheckId, gap: Gap) -> Finding:
    """What a check of parameters says where they could not be read."""
    reason = sentence(f"Its parameters are not known: {plain(gap.reason)}")
    return evidence.finding(check, Status.NOT_OBSERVED, reason, make_known(evidence.database, gap))


def make_known(database: Database, gap: Gap) -> str:
    """What to do so that the parameters are known: each cause has a remedy of its own, or none."""
    if gap.operation in PARAMETERS.values():
        return f"Let {gap.operation} answer for the parameter group, as the reason says."
    if database.kind is Kind.CLUSTER and not database.member_authorities:
        sorts = (step for sort, step in WITHOUT_SERVERS.items() if sort in database.traits)
        return next(sorts, f"Nothing, while it has no instances: one that it gets says so. {ASK_AGAIN}")
    statuses = group_statuses(database)
    steps = [step for status, step in UNAPPLIED.items() if status in statuses]
    return joined(*steps) or ASK_AGAIN
