"""The parameter group that an upgrade which waits is going to apply, where the API names it."""

from dataclasses import dataclass

from tlscheck.inventory.database import Database


@dataclass(frozen=True, slots=True)
class GroupOfUpgrade:
    """A parameter group of the new version, already named for the database."""

    name: str
    value: str | None
    """Of rds.force_ssl in it; None where the API does not tell it."""


def group_of_upgrade(database: Database) -> GroupOfUpgrade | None:
    """The group whose status is `pending-database-upgrade`: "The parameter group change will be applied after the
    DB instance is upgraded" (DBParameterGroupStatus). None where there is none, or the API names no group."""
    told = database.force_ssl
    if not told.waits_for_upgrade_on or told.parameter_group is None:
        return None
    return GroupOfUpgrade(told.parameter_group, told.configured)
