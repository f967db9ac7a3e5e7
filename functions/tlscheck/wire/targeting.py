"""From a database to the target that a probe is handed, or why there is nothing to look at."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from tlscheck.inventory.database import Database, Kind
from tlscheck.wire.asker import STACK, Asker
from tlscheck.wire.bound_secret import is_kept_by_rds
from tlscheck.wire.observation import Handshake, HandshakeOutcome, Look, LookOutcome, Observation
from tlscheck.wire.target import Login, Target, TargetFromHere


class ProbeBusy(Exception):  # noqa: N818 - its name is what the state machine tries again
    """The probe of a network could not run now, and nothing was looked at; the message says why."""


NOT_CONNECTED = "not connected to: this was asked for (--no-connect)"
STOPPED = "stopped before it was looked at"
"""Why a sweep from a laptop did not look at a server that it knew."""

UNANSWERED = frozenset({"creating", "deleting", "failed", "restore-error", "stopped", "stopping"})
"""Statuses of DescribeDBInstances in which no server listens; in any other, the server itself is asked."""

UNANSWERED_FAMILIES = ("inaccessible-encryption-credentials", "incompatible-network", "incompatible-restore")


def assigned(
    databases: Iterable[Database],
    user: str,
    *,
    master_secrets: bool = False,
    asleep: Mapping[str, str] = MappingProxyType({}),
    asker: Asker = STACK,
) -> tuple[tuple[Target, ...], tuple[Observation, ...]]:
    """The targets among the databases, and the observations of those that are not connected to.

    With `master_secrets` the owner lets the secret that RDS keeps for the master user stand in for a login.
    The login that the asker chose goes before all that a database says of its own.
    `asleep` holds the ARNs of those that are left asleep, and why: a handshake without a login wakes one, too.
    """
    targets = []
    untried = []
    for database in databases:
        target = target_of(database, user, master_secrets=master_secrets, asker=asker)
        if isinstance(target, Target) and database.arn not in asleep:
            targets.append(target)
        else:
            why = target if isinstance(target, str) else asleep[database.arn]
            untried.append(not_tried(database.arn, why))
    return tuple(targets), tuple(untried)


def target_of(
    database: Database, user: str, *, master_secrets: bool = False, asker: Asker = STACK
) -> Target | str:
    """The target, or the reason why this database is not connected to."""
    if database.kind is Kind.CLUSTER:
        return "a cluster is looked at through its members"
    if database.kind is Kind.PROXY:
        return "a proxy is not connected to: its certificate is none of RDS's"
    if database.status in UNANSWERED or database.status.startswith(UNANSWERED_FAMILIES):
        return f"its status is {database.status}"
    if database.endpoint is None:
        return f"it has no endpoint (status {database.status})"
    chosen = asker.chosen
    login, secret = (chosen.login, chosen.secret) if chosen else _login(database, master_secrets=master_secrets)
    kind = TargetFromHere if asker.is_here else Target
    return kind(
        arn=database.arn,
        host=database.endpoint.host,
        port=database.endpoint.port,
        region=database.region,
        login=login,
        user=user,
        secret=secret,
        # Asked of a secret alone, and known to no probe of 0.3.0 or before.
        cluster=database.cluster if login is Login.SECRET else None,
    )


def no_probe(network: str | None) -> str:
    """Why a database of this VPC, or of none, is not connected to when nobody deployed a probe for it."""
    return f"no probe in {network}" if network else "it lies in no VPC, and there is no default probe"


def not_tried(arn: str, reason: str) -> Observation:
    """The observation of a database that nobody connected to."""
    return Observation(arn, Handshake(HandshakeOutcome.NOT_TRIED, reason), Look(LookOutcome.NOT_TRIED, reason))


def _login(database: Database, *, master_secrets: bool) -> tuple[Login, str | None]:
    # The tag is set by hand, so it goes before what the instance merely allows; the master user, who may do
    # everything, comes last.
    if database.secret is not None:
        # Whose a secret of RDS's own is, nothing in it tells: the tag could name any database's.
        return (Login.NONE if is_kept_by_rds(database.secret) else Login.SECRET), database.secret
    if database.iam_authentication:
        return Login.IAM, None
    if master_secrets and database.master_secret is not None:
        return Login.SECRET, database.master_secret
    return Login.NONE, None
