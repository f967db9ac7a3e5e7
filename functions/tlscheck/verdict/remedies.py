"""Next steps that several checks give."""

from tlscheck.inventory.database import Database
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.verdict import commands
from tlscheck.verdict.advice import Advice
from tlscheck.wording import plain

LIST_AUTHORITIES = "Let rds:DescribeCertificates succeed in this Region, as the reason says."

ASK_AGAIN = "The next sweep asks again."

WHILE_CREATED = f"Nothing, while it is being created: RDS gives it a CA then. {ASK_AGAIN}"


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
