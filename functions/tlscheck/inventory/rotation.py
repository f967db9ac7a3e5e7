"""The renewal of a server certificate: by itself, in a maintenance window, or after somebody acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tlscheck.inventory.described import ApiAnswer, Described, elements, moment, text, text_or_empty, truth
from tlscheck.inventory.gap import NOT_ASKED, Gap

SERVER_CERTIFICATE = "server-certificate-rotation"
AUTHORITY = "ca-certificate-rotation"
ROTATIONS = (SERVER_CERTIFICATE, AUTHORITY)
"""Names of the pending maintenance actions about certificates (RDS User Guide, Maintaining a DB instance)."""

LIFETIMES = {True: timedelta(days=365), False: timedelta(days=1095)}
"""Of a server certificate, by whether the engine version rotates without a restart (RDS User Guide)."""


@dataclass(frozen=True, slots=True)
class MaintenanceAction:
    """A pending maintenance action about certificates, with the moments that it names."""

    action: str
    applied_after: datetime | None = None
    """AutoAppliedAfterDate: the first maintenance window after it applies the action."""

    forced_at: datetime | None = None
    """ForcedApplyDate: applied then, whatever the window."""

    planned_at: datetime | None = None
    """CurrentApplyDate: when it is going to be applied, opted in or forced."""

    resource_arn: str | None = None
    """ResourceIdentifier: what it waits on, the database itself, its cluster or a member of it, and by which it is
    applied. None in documents of before 0.5.0: then it is the database's own."""

    opt_in: str | None = None
    """OptInStatus: `next-maintenance` where somebody ordered it for the next window, which can be called off."""

    description: str | None = None
    """Description, in RDS's own words; None of before 0.5.0, and of what keeps its CA."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What the API says of the renewal of one database's certificate; what could not be asked is a Gap."""

    without_restart: bool | Gap | None = None
    """SupportsCertificateRotationWithoutRestart of the engine version."""

    supported: tuple[str, ...] | Gap = ()
    """SupportedCACertificateIdentifiers of the engine version."""

    actions: tuple[MaintenanceAction, ...] | Gap = ()
    """Those that are pending on it, its cluster or its members; its own go first."""

    @property
    def is_without_restart(self) -> bool | None:
        """Whether a renewal spares the server a restart; None when the API does not say, or was not asked."""
        return self.without_restart if isinstance(self.without_restart, bool) else None

    def renews_from(self, expires: datetime) -> datetime | None:
        """The half-life of a certificate, from which RDS renews it; None when the engine version is not known."""
        if self.is_without_restart is None:
            return None
        return expires - LIFETIMES[self.is_without_restart] / 2


def rotation(
    described: Described, actions: Mapping[str, Sequence[ApiAnswer]], answer: ApiAnswer, arns: Sequence[str]
) -> Rotation:
    """The rotation of one DBInstance or DBCluster; `actions` are its Region's, by ResourceIdentifier.

    `arns` are its own, its cluster's, its members': what waits on one of them concerns it.
    """
    named = (text_or_empty(answer, "Engine"), text_or_empty(answer, "EngineVersion"))
    version = described.versions.get(named, NOT_ASKED)
    named_actions = (
        _action(each, arn)
        for arn in filter(None, arns)
        for each in actions.get(arn, ())
        if text(each, "Action") in ROTATIONS
    )
    waiting = tuple(dict.fromkeys(named_actions))
    pending = described.maintenance if isinstance(described.maintenance, Gap) else waiting
    if isinstance(version, Gap):
        return Rotation(version, version, pending)
    return Rotation(
        truth(version, "SupportsCertificateRotationWithoutRestart"),
        tuple(_texts(version, "SupportedCACertificateIdentifiers")),
        pending,
    )


def actions_by_resource(described: Described) -> dict[str, list[ApiAnswer]]:
    """The details of a Region's pending maintenance actions, by the ARN that they are about."""
    found: dict[str, list[ApiAnswer]] = {}
    for resource in () if isinstance(described.maintenance, Gap) else described.maintenance:
        details = elements(resource, "PendingMaintenanceActionDetails")
        found.setdefault(text_or_empty(resource, "ResourceIdentifier"), []).extend(details)
    return found


def _action(answer: ApiAnswer, arn: str) -> MaintenanceAction:
    return MaintenanceAction(
        text_or_empty(answer, "Action"),
        moment(answer, "AutoAppliedAfterDate"),
        moment(answer, "ForcedApplyDate"),
        moment(answer, "CurrentApplyDate"),
        arn,
        text(answer, "OptInStatus"),
        text(answer, "Description") if text(answer, "Action") == AUTHORITY else None,
    )


def _texts(answer: ApiAnswer, member: str) -> list[str]:
    found = answer.get(member)
    return sorted(each for each in found if isinstance(each, str)) if isinstance(found, list | tuple) else []
