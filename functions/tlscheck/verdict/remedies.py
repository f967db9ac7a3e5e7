"""Next steps that several checks give."""

from tlscheck.inventory.database import Database
from tlscheck.verdict import commands

LIST_AUTHORITIES = "Allow tlscheck rds:DescribeCertificates in this Region."

ASK_AGAIN = "The next sweep asks again."

BEFORE_THE_WINDOW = "Before that window, make sure that its TLS clients trust the new root (see tls-clients)."


def after_the_clients(command: str) -> str:
    """A command that brings another root: first its clients must trust it."""
    return f"Make sure that its TLS clients trust the new root (see tls-clients), then: {command}"


def change_authority(database: Database) -> str:
    """The command that moves the database to the CA that any driver takes."""
    return commands.change_authority(database, commands.preferred_authority(database))


def renew(database: Database) -> str:
    """RDS renews by itself or offers an action; where neither happened, only a change of CA issues a new one."""
    return f"{commands.renew_certificate(database)} or, where no such action waits: {change_authority(database)}"
