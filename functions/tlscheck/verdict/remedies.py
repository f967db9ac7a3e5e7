"""Next steps that several checks give."""

from tlscheck.inventory.database import Database
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.wording import plain

LIST_AUTHORITIES = "Allow tlscheck rds:DescribeCertificates in this Region."

ASK_AGAIN = "The next sweep asks again."

BEFORE_THE_WINDOW = "Before that window, make sure that its TLS clients trust the new root (see tls-clients)."


def after_the_clients(lines: tuple[str, ...], more: str = "") -> Advice:
    """Commands that bring another root: first its clients must trust it."""
    return Advice(f"Make sure that its TLS clients trust the new root (see tls-clients), then{more}:", lines)


def change_authority(database: Database) -> tuple[str, ...]:
    """What moves the database to the CA that any driver takes."""
    return commands.change_authority(database, commands.preferred_authority(database))


def renew(database: Database) -> Advice:
    """RDS renews by itself or offers an action; where neither happened, only a change of CA issues a new one."""
    (other,) = change_authority(database)
    return Advice(
        f"Where no renewal waits, change its CA ({other}); where one does:", commands.renew_certificate(database)
    )


def setting(database: Database, name: str, value: str, first: str = "") -> Advice:
    """What sets a parameter, after what must come first: a text that ends with a comma or a semicolon."""
    if lines := commands.set_parameter(database, name, value):
        return Advice(f"{first} then:" if first else "", lines)
    otherwise = _without_a_command(database, name, value)
    return Advice(f"{first} then: {otherwise}" if first else otherwise)


def _without_a_command(database: Database, name: str, value: str) -> str:
    kind = database.parameter_kinds.get(name, ParameterKind())
    group = plain(database.force_ssl.parameter_group or f"the parameter group of {database.identifier}")
    if kind.is_modifiable is False:
        return f"{name} cannot be changed in {group}, says AWS's API: ask AWS Support for {name}={value}."
    if not kind.may_become(value):
        return f"{name}={value} is not among what {group} allows: {plain(kind.allowed or '')}."
    return f"Set {name}={value} in {group}."
