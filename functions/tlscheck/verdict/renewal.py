"""How a server gets another certificate: under the same CA where that is open, else by a change of CA told as one.

What AWS's API says decides which way is open. Source: RDS User Guide, "Rotating your SSL/TLS certificate": RDS
renews under the same root, by itself in the maintenance window or by the pending action
server-certificate-rotation; after expiry it is to be applied at once. That naming the same CA again has no
certificate issued is what public reports say, and was not tried.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from tlscheck.inventory.certificate import Offer
from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import clusters_act_as_one
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.rotation import AUTHORITY, SERVER_CERTIFICATE, MaintenanceAction
from tlscheck.inventory.trait import Trait
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.authorities import next_authority, of_another_key, root_told, why_none
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.interruption import interrupts, why_not_at_once, why_not_interrupt, why_not_restart
from tlscheck.verdict.visibility import shows_everybody
from tlscheck.wording import day, joined, plain, quoted, sentence

WEEK = timedelta(days=7)
"""A maintenance window comes once in it: what ends sooner cannot wait for one."""

OFFERED_BEFORE = timedelta(days=90)
"""RDS offers a renewal that restarts at the half-life, or at the latest three months before expiry: what is
neither renewed nor offered by then is not left to RDS any longer."""

STOPPED, DELETING = "stopped", "deleting"
"""DBInstanceStatus and the cluster's Status in which nothing is renewed or changed."""

ORDERED = "next-maintenance"
"""OptInStatus of what somebody had applied in the next window."""


def renew(evidence: Evidence, expires: datetime | None) -> Advice:
    """How its server certificate is renewed: what keeps its CA goes first."""
    database, actions = evidence.database, evidence.database.rotation.actions
    if first := while_it_is_away(database):
        return first
    if isinstance(actions, Gap):
        told = sentence(plain(actions.told))
        return Advice(f"What RDS waits to apply is not known: {told} Let that call succeed: it names the way.")
    waiting = {each.action: each for each in reversed(actions)}
    if SERVER_CERTIFICATE in waiting and not is_at_its_end(evidence):
        return _apply(evidence, waiting[SERVER_CERTIFICATE], expires)
    return _finish_a_change(evidence, waiting, expires) or _change_to_renew(evidence, expires)


def _finish_a_change(
    evidence: Evidence, waiting: Mapping[str, MaintenanceAction], expires: datetime | None
) -> Advice | None:
    """What is on its way to another CA brings another certificate too."""
    if evidence.database.certificate_authority.pending:
        return await_change(evidence, expires)
    if AUTHORITY in waiting:
        return _apply_change(evidence, waiting[AUTHORITY], expires)
    return restart(evidence) if awaits_restart(evidence.database) else None


def _change_to_renew(evidence: Evidence, expires: datetime | None) -> Advice:
    """Nothing is offered that keeps the CA: RDS has time left, or another CA has a certificate issued."""
    if expires is not None and expires - evidence.at > OFFERED_BEFORE and not is_at_its_end(evidence):
        return Advice(
            "RDS tries again in each maintenance window, under the same CA. Where it fails, ask AWS Support."
        )
    database, other = evidence.database, next_authority(evidence.database, evidence.target)
    if other is None:
        return Advice(f"RDS offers no renewal under its CA: ask AWS Support for one. {why_none(database)}")
    first = (
        "Its CA is at its end (see ca), and no renewal is known to last under it: change the CA."
        if is_at_its_end(evidence)
        else "RDS offers no renewal under its CA: ask AWS Support for one, or change the CA."
    )
    is_late = _is_late(evidence, expires)
    lines = commands.change_authority(database, other, at_once=is_late)
    change = _a_change(evidence, other)
    if not is_late:
        return _careful(f"{first} {change}", evidence, lines)
    return _at_once(f"{first} {change} {_cut_off(evidence, expires)}", evidence, lines)


def is_at_its_end(evidence: Evidence) -> bool:
    """Whether nothing that is to last can be issued under its CA: the Region has it no more, or it has expired."""
    authority = evidence.database.certificate_authority
    is_expired = authority.expires is not None and authority.expires <= evidence.at
    return is_expired or authority.offer is Offer.RETIRED_OR_UNKNOWN


def change_authority(evidence: Evidence) -> Advice:
    """How a database leaves a CA that ends: who trusts the present root alone must trust the next one first."""
    database = evidence.database
    if first := while_it_is_away(database):
        return first
    if database.certificate_authority.pending:
        return await_change(evidence, None)
    other = next_authority(database, evidence.target)
    if other is None:
        return Advice(why_none(database))
    return _careful(_a_change(evidence, other), evidence, commands.change_authority(database, other))


def await_change(evidence: Evidence, expires: datetime | None) -> Advice:
    """What to do about a change of CA that waits for the maintenance window."""
    pending = evidence.database.certificate_authority.pending or ""
    told = root_told(pending, evidence.database.region)
    first = joined(
        f"Before the change to {plain(pending)} comes, in the maintenance window, have {whose_clients(evidence)} "
        f"trust {told}.",
        interrupts(evidence),
        why_not_interrupt(evidence),
    )
    if not _is_late(evidence, expires):
        return Advice(first)
    lines = commands.change_authority(evidence.database, pending, at_once=True)
    waits = f"The change to {plain(pending)} waits for the maintenance window. Its root is {told}."
    return _at_once(joined(waits, interrupts(evidence), _cut_off(evidence, expires)), evidence, lines)


def awaits_restart(database: Database) -> bool:
    """Whether its certificate in use is of another CA than its own, by what AWS's API says.

    After `--no-certificate-rotation-restart`: "The certificate is not updated until the DB instance is restarted"
    (ModifyDBInstance.CertificateRotationRestart).
    """
    authority = database.certificate_authority
    return authority.of_certificate not in {None, authority.identifier}


def restart(evidence: Evidence) -> Advice:
    """How a change of CA that awaits a restart is brought to its end."""
    database = evidence.database
    if away := while_it_is_away(database):
        return away
    told = root_told(database.certificate_authority.identifier or "", database.region)
    first = (
        f"From its next restart on, planned or not, clients need {told}. Have {whose_clients(evidence)} trust it, "
        "then restart the server, which interrupts every connection"
    )
    if why := why_not_restart(evidence):
        return Advice(f"{first}. {why}")
    return Advice(f"{first}:", commands.reboot(database))


def while_it_is_away(database: Database) -> Advice | None:
    """What comes before anything else where RDS changes nothing; None where it does."""
    if database.status == DELETING:
        return Advice("Nothing, while it is being deleted.")
    if database.status != STOPPED:
        return None
    return Advice(
        "It is stopped, and nothing is renewed or changed then. Start it for a maintenance window:",
        commands.start(database),
    )


def whose_clients(evidence: Evidence) -> str:
    """Whom a change of CA concerns: whether they verify the server cannot be seen, so all that come with TLS."""
    database = evidence.database
    if database.kind is Kind.CLUSTER:
        return "the TLS clients of all its members (their tls-clients name them)"
    if clusters_act_as_one(database.engine) and database.cluster:
        return "the TLS clients of all members of its cluster (their tls-clients name them)"
    if shows_everybody(evidence):
        return "its TLS clients (tls-clients names them)"
    return "its TLS clients (tls-clients names those that were seen, which are not all)"


def _apply(evidence: Evidence, action: MaintenanceAction, expires: datetime | None) -> Advice:
    """A renewal that waits: it keeps the CA, so no client needs anything new."""
    keeps = "That keeps its CA, so that no client needs another root."
    is_late = _is_late(evidence, expires)
    if action.planned_at and not is_late:
        planned = f"RDS applies it on {day(action.planned_at)}."
        return Advice(joined(planned, keeps, interrupts(evidence), why_not_interrupt(evidence)))
    if is_late:
        keeps = joined(keeps, "It cannot wait for a maintenance window, so it is applied at once.")
    lines = commands.apply_maintenance(evidence.database, action, at_once=is_late)
    return _careful(joined(keeps, interrupts(evidence)), evidence, lines)


def _apply_change(evidence: Evidence, action: MaintenanceAction, expires: datetime | None) -> Advice:
    """A change of CA that waits: to which, the description of the action may say, and nothing else does."""
    first = joined(
        f"It changes the CA, and so the root. Have {whose_clients(evidence)} trust the root of the CA that the "
        "action's description names, best all roots of the Region.",
        f"The description is {quoted(action.description)}." if action.description else "",
    )
    if deadline := min(filter(None, (action.planned_at, action.forced_at)), default=None):
        first = joined(first, f"They have time until {day(deadline)}.")
    if action.opt_in == ORDERED and not _is_late(evidence, expires):
        off = "It is ordered for the next window, and can be called off until then (--opt-in-type undo-opt-in)."
        return Advice(joined(first, off, interrupts(evidence), why_not_interrupt(evidence)))
    lines = commands.apply_maintenance(evidence.database, action, at_once=_is_late(evidence, expires))
    return _careful(joined(first, interrupts(evidence)), evidence, lines)


def _a_change(evidence: Evidence, other: str) -> str:
    database = evidence.database
    own = plain(database.certificate_authority.identifier or "its CA")
    return joined(
        f"This replaces {own} by {other}. First have {whose_clients(evidence)} trust "
        f"{root_told(other, database.region)}.",
        of_another_key(database, own, other),
        interrupts(evidence),
        "Reboot it afterwards: Babelfish's listener takes the new certificate then only."
        if Trait.BABELFISH in database.traits
        else "",
    )


def _cut_off(evidence: Evidence, expires: datetime | None) -> str:
    """Who breaks where a certificate at its end is replaced at once by one of another CA."""
    if expires is not None and expires > evidence.at:
        last = day(expires)
        return f"It cuts off clients that verify and lack that root; without it all that verify are on {last}."
    return "Clients that verify are cut off as it is, until they trust that root."


def _careful(words: str, evidence: Evidence, lines: tuple[str, ...]) -> Advice:
    """The commands, unless what may restart the server would bring more than was asked for."""
    if why := why_not_interrupt(evidence):
        return Advice(joined(words, why))
    return Advice(f"{words} Then:", lines)


def _at_once(words: str, evidence: Evidence, lines: tuple[str, ...]) -> Advice:
    why = joined(why_not_interrupt(evidence), why_not_at_once(evidence))
    return Advice(joined(words, why)) if why else Advice(f"{words} Then:", lines)


def _is_late(evidence: Evidence, expires: datetime | None) -> bool:
    return expires is not None and expires - evidence.at <= WEEK
