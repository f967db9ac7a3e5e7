"""What of a server could be seen, and if not, why, and what opens it."""

from datetime import datetime

from tlscheck.inventory.database import Database
from tlscheck.inventory.gap import Gap
from tlscheck.ledger.client import Client, Sort
from tlscheck.ledger.counting import count
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.clients import number_of, or_more
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.predecessors import still_expected
from tlscheck.verdict.reaching import reach
from tlscheck.wire.login import grant_pg_monitor
from tlscheck.wire.observation import HandshakeOutcome, LookOutcome
from tlscheck.wire.target import Login
from tlscheck.wording import clause, counted, day, joined, listed, plain, sentence

WHAT_THE_WIRE_SHOWED = {
    HandshakeOutcome.UNKNOWN_ISSUER: "The server's certificate hangs from none of the Region's root certificates",
    HandshakeOutcome.WRONG_NAME: "The server's certificate does not carry the name of its endpoint",
    HandshakeOutcome.EXPIRED: "The server's certificate has expired",
    HandshakeOutcome.NOT_YET_VALID: "The server's certificate is not valid yet",
    HandshakeOutcome.SELF_SIGNED: "The server's certificate is signed by itself alone",
    HandshakeOutcome.WEAK: "The server's certificate is too weak to be believed",
    HandshakeOutcome.NOT_STRICT: "The server's certificate breaks a rule that strict clients check",
    HandshakeOutcome.INCOMPLETE_CHAIN: "The server sends its certificate without the one between it and the root",
    HandshakeOutcome.UNTRUSTED: "The server's certificate does not verify",
    HandshakeOutcome.UNPROVEN: "The server did not prove that the certificate is its own",
    HandshakeOutcome.OUTDATED: "The server speaks no TLS that clients of today take",
    HandshakeOutcome.TLS_REFUSED: "The server refuses TLS",
}
"""The outcomes that are the server's own answer, and bad; others than TRUSTED and BELOW_BAR say nothing of it."""


MOST_UNREADABLE = 3


def lacks_sessions(evidence: Evidence) -> str:
    """What a look that ended well left out of who is connected, as a sentence; empty where it was everybody."""
    if not evidence.left_out:
        return ""
    return f"The look left out {or_more(evidence.left_out)} groups of sessions or more."


def lacks_memory(evidence: Evidence) -> str:
    """What is remembered and could not be read back, as a sentence; empty where that was all of it."""
    if not evidence.unreadable:
        return ""
    items = listed((plain(gap.told) for gap in evidence.unreadable), MOST_UNREADABLE)
    return sentence(f"Not all that is remembered of it could be read back: {items}")


def lacks_past(evidence: Evidence) -> str:
    """That more databases had its name than are remembered with it, as a sentence; empty where they all are."""
    beyond = evidence.database.predecessors_beyond
    if not beyond or beyond < evidence.at - evidence.evidence_span:
        return ""
    return (
        f"So many others had its name, or were its members, that those until {day(beyond)} are not remembered "
        "with it, nor who connected to them."
    )


def shows_everybody(evidence: Evidence) -> bool:
    """Whether who is not among the clients was not connected, at this look or an earlier one."""
    return evidence.seen and not evidence.left_out and not evidence.unreadable and not lacks_past(evidence)


def complete(evidence: Evidence) -> str:
    """What to do so that nothing is left out of the picture of its clients."""
    steps = []
    if evidence.left_out or _others(evidence):
        steps.append("Let its clients come under fewer names (application_name, user, database).")
    if evidence.unreadable:
        steps.append(
            "Deploy the version of tlscheck that wrote what could not be read back, or delete those items of the"
            " table: what they said is lost then."
        )
    if lacks_past(evidence):
        steps.append(f"Nothing: {counted(evidence.evidence_span.days, 'day')} after that day they stand aside.")
    return joined(*steps)


def lacks(evidence: Evidence) -> list[str]:
    """What keeps the picture of a database's clients from being complete, however well a look went."""
    reasons = []
    if evidence.left_out:
        reasons.append(f"connections: {clause(lacks_sessions(evidence))}")
    if evidence.unreadable:
        reasons.append(f"memory: {clause(lacks_memory(evidence))}")
    if isinstance(evidence.database.resource_id, Gap):
        told = plain(evidence.database.resource_id.told)
        reasons.append(f"memory: what is remembered of it goes by its name, which others may have had: {told}")
    if others := _others(evidence):
        number = or_more(sum(map(_names, others)))
        reasons.append(f"clients: of {number} or more it is only kept as what user they came, and when")
    if past := lacks_past(evidence):
        reasons.append(f"clients: {clause(past)}")
    if expected := still_expected(evidence):
        who = counted(number_of(expected), "client") if number_of(expected) else "clients"
        reasons.append(f"clients: {who} of its predecessors may still come (see plaintext-clients)")
    return reasons


def _others(evidence: Evidence) -> list[Client]:
    return [client for client in evidence.clients if client.who.sort in {Sort.OTHERS_OF_USER, Sort.OTHERS}]


def _names(client: Client) -> int:
    return max(count(trace)[0] for trace in client.traces)


def is_observed(evidence: Evidence) -> bool:
    """Whether the handshake says anything about the server's certificate."""
    return evidence.observation.handshake.outcome in WHAT_THE_WIRE_SHOWED or bool(trusted_until(evidence))


def unseen(evidence: Evidence) -> str:
    """Why the server's certificate was not seen, as the rest of a sentence."""
    handshake = evidence.observation.handshake
    if handshake.outcome is HandshakeOutcome.TRUSTED:
        return f"{evidence.asker.looker} kept no readable certificate of the chain."
    return sentence(clause(plain(handshake.detail)) or handshake.outcome)


def trusted_until(evidence: Evidence) -> datetime | None:
    """Expiry of the certificate presented, where it verifies."""
    handshake = evidence.observation.handshake
    trusted = handshake.outcome in {HandshakeOutcome.TRUSTED, HandshakeOutcome.BELOW_BAR} and handshake.chain
    return handshake.chain[0].not_after if trusted else None


def unseen_sessions(evidence: Evidence) -> str:
    """Why it was not seen who is connected, as the rest of a sentence."""
    look = evidence.observation.look
    return sentence(clause(plain(look.detail)) or look.outcome)


def show_sessions(evidence: Evidence) -> Advice | str:
    """What to do so that it can be seen who is connected."""
    if evidence.observation.handshake.outcome is HandshakeOutcome.TRUSTED:
        return _log_in(evidence)
    if evidence.observation.handshake.outcome in {HandshakeOutcome.BELOW_BAR, HandshakeOutcome.OUTDATED}:
        return "Let the server take TLS of today first (see server-certificate): nobody logs in over less."
    if is_observed(evidence):
        return "Mend the server's TLS first (see server-certificate): nobody logs in before it verifies."
    return reach(evidence)


def _log_in(evidence: Evidence) -> Advice | str:
    database, chosen = evidence.database, evidence.asker.chosen
    match evidence.observation.look.outcome:
        case LookOutcome.NEEDS_PG_MONITOR | LookOutcome.LOGIN_REFUSED if secret := _secret(evidence):
            return f"On {database.identifier}, run what the reason asks for, for the user that {secret} names."
        case LookOutcome.NEEDS_PG_MONITOR:
            statement = grant_pg_monitor(evidence.user)
            return f"On {database.identifier}: {statement} Or what the reason names instead."
        case LookOutcome.LOGIN_REFUSED:
            statement = commands.create_role(evidence.user)
            return f"On {database.identifier}, run what the reason asks for; a missing user: {statement}"
        case LookOutcome.NOT_TRIED if _is_without_login(database) or (chosen and chosen.login is Login.NONE):
            return _have_it_logged_in(evidence)
        case LookOutcome.NO_CREDENTIALS:
            return f"Mend what the reason names: {evidence.asker.looker} could not get at its credentials."
        case _:
            return f"See why {database.identifier} did not answer the look; the next sweep looks again."


def _secret(evidence: Evidence) -> str:
    """The secret that it was logged in with, in words; empty where it was by no secret."""
    if chosen := evidence.asker.chosen:
        return "the secret" if chosen.login is Login.SECRET else ""
    return "its secret" if evidence.database.secret is not None else ""


def _is_without_login(database: Database) -> bool:
    return database.secret is None and not database.iam_authentication


def _have_it_logged_in(evidence: Evidence) -> Advice | str:
    database, asker = evidence.database, evidence.asker
    if not _is_without_login(database):
        by_log = "" if asker.reads_logs else " Or have its log say who connects: --logs."
        return f"Ask again without --login none.{by_log}"
    name = "Ask again with --login secret NAME, or name" if asker.is_here else "Name"
    when = "at once" if commands.enables_iam_at_once(database) else "in its maintenance window"
    return Advice(
        f"{name} a secret by the tag tlscheck:secret. Or, on {database.identifier}: "
        f"{commands.create_role(evidence.user)} And, {when}:",
        commands.enable_iam(database),
    )
