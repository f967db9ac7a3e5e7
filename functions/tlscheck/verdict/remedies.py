"""Next steps that several checks give."""

from dataclasses import replace

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.parameter_group import FORCE_SSL, OLDEST_PROTOCOL, ParameterKind
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.verdict.evidence import Evidence
from tlscheck.verdict.interruption import why_not_restart, with_a_restart
from tlscheck.verdict.whom import Ending, Way, also_changes, cut_off, who_comes
from tlscheck.wording import joined, plain

LIST_AUTHORITIES = "Let rds:DescribeCertificates succeed in this Region, as the reason says."

ASK_AGAIN = "The next sweep asks again."

WHILE_CREATED = f"Nothing, while it is being created: RDS gives it a CA then. {ASK_AGAIN}"


def setting(evidence: Evidence, name: str, value: str, first: str = "") -> Advice:
    """What sets a parameter that cuts nobody off, after what must come first: a text that ends with a comma or a
    semicolon.

    Whoever else is on the parameter group is named, since it changes theirs too.
    """
    return _set(evidence, name, value, also_changes(evidence), f"{first} then:" if first else _THEN)


def enforcing(evidence: Evidence, ending: Ending, first: str = "", *, is_here: bool = True) -> Advice:
    """What sets a parameter that ends a way to connect: after whom that cuts off, here and at others on the group.

    Where that is not known there is no command, and what to open is said instead. `is_here`: not so of a database
    that ends that way already.
    """
    name, value = ending.name, ending.value
    cut = cut_off(evidence, ending.way, is_here=is_here)
    words = joined(first, cut.named, also_changes(evidence))
    if not cut.unknown:
        return _set(evidence, name, value, words, _THEN if is_here else "To keep it so:")
    until = f"No command is given until then: {name}={value} cuts off whoever still comes so."
    return Advice(joined(words, *cut.unknown, until, _apart(evidence)))


def rebooting(evidence: Evidence, way: Way, first: str) -> Advice:
    """The reboot by which what is set already ends a way to connect, after whom that cuts off.

    Of a cluster it is that of those members alone on which it is not in effect.
    """
    database = evidence.database
    if waiting := {*evidence.enforcement.waits_on} & {*database.member_authorities}:
        members = {name: its for name, its in database.member_authorities.items() if name in waiting}
        database = replace(database, member_authorities=members)
        servers = {name: its for name, its in evidence.servers.items() if name in waiting}
        evidence = replace(evidence, database=database, servers=servers)
    cut = cut_off(evidence, way, is_shared=False)
    if cut.unknown:
        return Advice(joined(first, cut.named, *cut.unknown, "No command is given until then."))
    lines = commands.reboot(database)
    return Advice(f"{joined(first, cut.named, _what_comes_with(evidence, lines))} Then:", lines)


def _set(evidence: Evidence, name: str, value: str, words: str, end: str) -> Advice:
    """`end`: the last of the words, before the commands."""
    lines = commands.set_parameter(evidence.database, name, value)
    is_by_restart = any(map(commands.restarts, lines))
    # Whom rds.force_ssl itself cuts off is in the words already.
    why_not = why_not_restart(evidence) if name != FORCE_SSL and is_by_restart else ""
    if lines and not why_not:
        words = joined(words, _of_its_own(evidence.database), _what_comes_with(evidence, lines))
        return Advice(joined(words, end) if words or end != _THEN else "", lines)
    said = _without_a_command(evidence.database, name, value)
    if why_not:
        said = joined(said, f"{name} is applied by a reboot.", why_not)
    return Advice(joined(words, end if end.endswith(" then:") else "", said))


_THEN = "Then:"


def _of_its_own(database: Database) -> str:
    group = database.force_ssl.parameter_group or ""
    if not group.startswith(commands.DEFAULT):
        return ""
    return f"Nobody can change {plain(group)}, so the database gets a parameter group of its own."


def _what_comes_with(evidence: Evidence, lines: tuple[str, ...]) -> str:
    """What a restart among the commands does that nobody asked for, in sentences; empty where none is."""
    if not any(map(commands.restarts, lines)):
        return ""
    whom = "its members" if evidence.database.kind is Kind.CLUSTER else "the server"
    told = f"This restarts {whom}, which interrupts every connection."
    if not (waits := with_a_restart(evidence)):
        return told
    # What waits is not known by name: the values of a group that is not in effect are no settings.
    old = who_comes(evidence, Way.OUTDATED)
    return joined(told, waits, old and f"That may be a higher {OLDEST_PROTOCOL}. {old}")


def _apart(evidence: Evidence) -> str:
    if evidence.sharing is None or evidence.sharing.is_alone:
        return ""
    return f"Or give {plain(evidence.database.identifier)} a parameter group of its own, so that it changes alone."


def _without_a_command(database: Database, name: str, value: str) -> str:
    kind = database.parameter_kinds.get(name, ParameterKind())
    group = plain(database.force_ssl.parameter_group or f"the parameter group of {database.identifier}")
    if kind.is_modifiable is False:
        return f"{name} cannot be changed in {group}, says AWS's API: ask AWS Support for {name}={value}."
    if not kind.may_become(value):
        return f"{name}={value} is not among what {group} allows: {plain(kind.allowed or '')}."
    return f"Set {name}={value} in {group}."
