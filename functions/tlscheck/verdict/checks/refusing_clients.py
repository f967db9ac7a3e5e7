"""Check refusing-clients: who refuses the server's certificate, or is refused for coming without TLS?"""

from collections.abc import Iterable
from datetime import timedelta

from tlscheck.ledger.logged import LeftOut
from tlscheck.verdict.check import BEST_PRACTICES, ROTATION_PAGE, Check, CheckId, Severity, Status
from tlscheck.verdict.clients import MOST_LISTED
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.log_cover import READ_LOG, lacks_log, left_out, reads_log
from tlscheck.verdict.log_stopped import log_stopped
from tlscheck.verdict.turned_away import Reproof, TurnedAway, turned_away
from tlscheck.wording import counted, joined, listed

CHECK = Check(
    CheckId.REFUSING_CLIENTS,
    title="No client refuses the server's certificate, or is refused for want of TLS",
    why="Such a client is cut off now, and nobody but its owner sees its error.",
    remedy="Give the client sslmode=verify-full and the Region's root certificates.",
    documentation=ROTATION_PAGE,
    type=BEST_PRACTICES,
    severities={Status.FAILED: Severity.HIGH, Status.WARNING: Severity.MEDIUM},
)

FRESH = timedelta(days=1)
"""For so long after the last time somebody is cut off now; what is older is told."""


def judge(evidence: Evidence) -> Finding:
    """The finding of an instance or member. None is a pass only where its log covers all of EvidenceDays."""
    found = turned_away(evidence)
    standing = [each for each in found if not each.is_cleared]
    fresh = [each for each in standing if each.met.last >= evidence.at - FRESH]
    kinds = _REFUSING, _LOCKED_OUT, _TRIED, _SILENT
    refusing, locked_out, tried, silent = (_of(fresh, *each) for each in kinds)
    said = joined(
        _told(refusing, "address refuses the server's certificate", "addresses refuse the server's certificate"),
        _told(
            locked_out, "client is refused as it comes without TLS", "clients are refused as they come without TLS"
        ),
        _told(tried, f"client {_TRIES}", f"clients {_TRIES}"),
        _told(silent, f"address may refuse it too: {_BREAKS}", f"addresses may refuse it too: {_BREAK}"),
    )
    older = [each for each in standing if each not in fresh]
    rest = joined(
        _listed("Before the last day", _of(older, *_REFUSING, *_LOCKED_OUT, *_TRIED)),
        _listed("Not counted any more, as a look saw TLS from there since", [e for e in found if e.is_cleared]),
        _listed(_HINT, [*_of(standing, Reproof.HINT), *_of(older, *_SILENT)]),
    )
    lacks = joined(lacks_log(evidence), left_out(evidence, LeftOut.REFUSALS))
    if said:
        is_known = bool(refusing) or bool(_of(locked_out, Reproof.KNOWN))
        status = Status.FAILED if is_known else Status.WARNING
        step = joined(
            _VERIFY if refusing or silent else "", _ENCRYPT if locked_out else "", _ASK if tried else "", _CLEARED
        )
        return evidence.finding(CHECK.id, status, joined(said, rest, lacks), step)
    none = "no client told the server that it refuses its certificate, nor was one refused as it came without TLS"
    if unknown := log_stopped(evidence) if reads_log(evidence) else lacks:
        reason = joined(rest, unknown, "Who refuses its certificate, or is refused, is not known.")
        return evidence.finding(CHECK.id, Status.NOT_OBSERVED, reason, READ_LOG)
    if lacks or rest:
        how_far = "as far as its log was read, " if lacks else ""
        reason = f"In the last day, {how_far}{none}."
        return evidence.finding(CHECK.id, Status.INFORMATIONAL, joined(reason, rest, lacks))
    span = counted(evidence.evidence_span.days, "day")
    return evidence.finding(CHECK.id, Status.PASSED, joined(f"In {span} of its log, {none}.", _UNTOLD))


_REFUSING = (Reproof.ALERT,)
_LOCKED_OUT = (Reproof.KNOWN, Reproof.STRANGE)
_TRIED = (Reproof.TRIED,)
_SILENT = (Reproof.SILENT,)

_TRIES = "came with TLS before, and was refused without it"

_BREAKS = "it came with TLS before, and now only breaks off"
_BREAK = "they came with TLS before, and now only break off"
_UNTOLD = "Who finds another name in it (libpq's verify-full) leaves without a word in any log."
_HINT = (
    "Only broke off since they came last, if ever, which a health check does too, and a client that refuses"
    " without saying so (Node.js, asyncpg)"
)

_VERIFY = (
    "Ask the owners of who comes from there: give the client sslmode=verify-full and the Region's root"
    " certificates, and the name of the endpoint to connect to. Do not turn its verification off."
)
_ENCRYPT = (
    "Give whoever is refused sslmode=verify-full and the Region's root certificates: TLS stays enforced. Names"
    " that nobody knows may be a stranger's."
)
_ASK = (
    "With sslmode=prefer, its default, libpq comes without TLS once its login with TLS failed, by a wrong password"
    " for one; with allow always. Ask the owner whether it gets in, and give it sslmode=verify-full and the"
    " Region's root certificates."
)
_CLEARED = "It stops counting once a look saw TLS from there, or a day after the last time."


def _of(some: Iterable[TurnedAway], *reproofs: Reproof) -> list[TurnedAway]:
    return [each for each in some if each.reproof in reproofs]


def _told(some: list[TurnedAway], one: str, many: str) -> str:
    return f"{len(some)} {one if len(some) == 1 else many}: {_named(some)}." if some else ""


def _listed(lead: str, some: list[TurnedAway]) -> str:
    return f"{lead}: {_named(some)}." if some else ""


def _named(some: list[TurnedAway]) -> str:
    return listed((each.told for each in some[:MOST_LISTED]), MOST_LISTED, of=len(some))
