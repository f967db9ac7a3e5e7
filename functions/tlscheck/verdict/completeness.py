"""How complete the picture of a database's clients is, in an owner's words: by its log, or by looks alone."""

from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import LOG_CONNECTIONS
from tlscheck.ledger.coverage import NIGHTLY, Completeness, caught, completeness
from tlscheck.ledger.log_place import EXPORT
from tlscheck.ledger.unfolding import unfolded
from tlscheck.verdict.clients import number_of
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.log_cover import foreign_language, lacks_log, reads_log
from tlscheck.verdict.log_volume import month_of_log
from tlscheck.wording import counted, joined


def how_complete(evidence: Evidence) -> str:
    """What looks and the log can have seen in the last whole days, as sentences; empty before one is over.

    How many clients were not seen nobody can tell, and nothing is said of it.
    """
    of = completeness(evidence.looks, evidence.logged, evidence.evidence_span, evidence.at)
    if of is None:
        return ""
    met = [client for client in unfolded(evidence.clients) if client.last_seen >= of.since]
    who, days = counted(number_of(met), "client"), counted((of.until - of.since).days, "day")
    if is_complete_by_log(evidence, of):
        return (
            f"{who} in {days} of log: complete for that window. Sessions that began before it are known from "
            "looks alone, and whoever comes through a pooler or a proxy is counted as that one."
        )
    if not of.looks:
        return joined(f"No look of the last {days} showed everybody.", lacks_log(evidence))
    looks = f"{len(of.looks):,} {'look' if len(of.looks) == 1 else 'looks'}"
    missed = f"{NIGHTLY.name} would be missed with {_percent(1 - _caught(of))}"
    looked = [client for client in met if client.tls or client.plaintext]
    more = ""
    if by_log := number_of(met) - number_of(looked):
        who, more = counted(number_of(looked), "client"), f", and {by_log:,} more by its log alone"
    if reads_log(evidence):
        missed = f"by looks alone {missed}"
    return joined(
        f"{who} seen by {looks} in {days}{more}; {missed}{_to_see_it(evidence)}.",
        lacks_log(evidence) if reads_log(evidence) else "",
    )


def is_complete_by_log(evidence: Evidence, of: Completeness) -> bool:
    """Whether its log, in a language that is understood, tells of everybody who opened a connection of its own."""
    return of.is_log_complete and not foreign_language(evidence)


def _caught(of: Completeness) -> float:
    return caught(NIGHTLY, of.looks, of.since, of.until)


def _to_see_it(evidence: Evidence) -> str:
    if _is_off(evidence):
        return f": turn on {LOG_CONNECTIONS} to see it ({month_of_log(evidence)})"
    exports = evidence.database.log_exports
    is_kept_there = exports is None or EXPORT in exports or reads_log(evidence)
    return "" if is_kept_there else ": export its log to see it (see connection-log)"


def _is_off(evidence: Evidence) -> bool:
    settings = evidence.database.settings
    return not isinstance(settings, Gap) and not settings.logs_connections


def _percent(share: float) -> str:
    """Whole percent; never none or all where it is neither."""
    if 0 < share < 0.01:
        return "less than 1 %"
    if 0.99 < share < 1:
        return "more than 99 %"
    return f"{100 * share:.0f} %"
