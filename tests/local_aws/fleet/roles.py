"""The database users that every server of the fleet knows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """A login role; `member_of` are the roles granted to it."""

    name: str
    member_of: tuple[str, ...] = ()


CHECKER = Role("tlscheck", ("pg_monitor",))
LIMITED = Role("tlscheck_limited")
"""May log in and see nothing of other users' sessions."""

CROWD = Role("crowd")
"""The many sessions of a busy server."""

ROLES = (
    CHECKER,
    LIMITED,
    Role("postgres", ("pg_monitor", "pg_signal_backend")),
    Role("orders_app"),
    Role("billing_app"),
    Role("reports"),
    Role("ledger_app"),
    Role("shipping_app"),
    Role("hr_app"),
    Role("anna"),
    CROWD,
)
SUPERUSER = "rdsadmin"
"""The owner of every RDS server, which AWS keeps to itself."""
