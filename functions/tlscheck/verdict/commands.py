"""The exact next steps: AWS CLI commands and SQL for one database.

Each function gives lines for a shell, in the order in which they are run; none where what they must name is not
known.
"""

import json
import re
import shlex

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import NAMES, clusters_act_as_one
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterGroupFamily, ParameterKind, Scope
from tlscheck.inventory.rotation import MaintenanceAction
from tlscheck.wire.login import quoted


def shell(*words: str) -> str:
    """A line for a shell of these words, each quoted where it must be."""
    return shlex.join(words)


def can_name(database: Database) -> bool:
    """Whether its names can stand in a command: all of them can be seen, and the AWS CLI takes them for names. It
    reads what begins with a hyphen as an option, and opens what is a URL to it.

    RDS gives no other names (CreateDBInstance: letters, digits, hyphens): what has one gets words alone.
    """
    authorities, supported = database.certificate_authority.offered, database.rotation.supported
    named = (
        *(
            database.identifier,
            database.region,
            database.arn,
            database.cluster,
            database.force_ssl.parameter_group,
        ),
        *database.member_authorities,
        *authorities,
        *(() if isinstance(supported, Gap) else supported),
    )
    return all(name is None or (name.isprintable() and not _NO_NAME.match(name)) for name in named)


_NO_NAME = re.compile(r"-|(file|fileb|https?)://")


def rds(database: Database, action: str, *words: str) -> str:
    """A command of `aws rds` in the database's Region: `reboot-db-instance`, `wait db-instance-available`."""
    return shell("aws", "rds", *action.split(), "--region", database.region, *words)


def set_parameter(database: Database, name: str, value: str) -> tuple[str, ...]:
    """What sets a parameter where the database takes its own from, and has it applied.

    None where the group is not known, or the parameter cannot have this value. A static parameter is applied by a
    reboot (ModifyDBParameterGroup, ModifyDBClusterParameterGroup), and so is one of which that is not known.
    """
    group = database.force_ssl.parameter_group
    kind = database.parameter_kinds.get(name, ParameterKind())
    if group is None or not _ONE_GROUP.fullmatch(group) or not kind.may_become(value):
        return ()
    if group.startswith(DEFAULT):
        return _in_a_group_of_its_own(database, group, name, value)
    modify = _modify_group(database, group, name, value, is_dynamic=kind.is_dynamic is True)
    return (modify,) if kind.is_dynamic else (modify, *reboot(database))


DEFAULT = "default."
"""What the names of RDS's own groups begin with, which nobody can change: the rest is their family."""

_ONE_GROUP = re.compile(r"[^\s,]+")
"""The name of a group, and not those of several that are told together."""

_FAMILY = re.compile(rf"({'|'.join(NAMES)})\d+(\.\d+)?(-limitless)?", re.ASCII)


def _in_a_group_of_its_own(database: Database, default: str, name: str, value: str) -> tuple[str, ...]:
    """The whole way out of a default group. Whatever its parameters are, a new group is applied by a reboot.

    Both calls change the name of the group at once, whatever `--apply-immediately` says ("The parameter group
    change occurs immediately": RDS User Guide, settings of instances and of Multi-AZ clusters; of Aurora clusters
    that flag concerns three other settings alone). It would also apply all that waits for the maintenance window,
    an upgrade for one: of instances for certain, and of clusters by some editions of ModifyDBCluster's page.
    """
    family = _family(database, default)
    owner = database.identifier if database.kind is not Kind.MEMBER else database.cluster
    if family is None or owner is None:
        return ()
    scope, group = _scope(database), own_group(owner, family)
    named = (f"--db-{scope}parameter-group-name", group)
    of = ("--db-parameter-group-family", family, "--description", f"Parameters of {owner}")
    create = rds(database, f"create-db-{scope}parameter-group", *named, *of)
    modify = _modify_group(database, group, name, value, is_dynamic=False)
    if scope:
        attach = rds(database, "modify-db-cluster", _CLUSTER, owner, *named, "--no-apply-immediately")
        return (create, modify, attach, _await_cluster(database, owner), *reboot(database))
    attach = rds(database, "modify-db-instance", _INSTANCE, owner, *named, "--no-apply-immediately")
    return (create, modify, attach, _await_instance(database, owner), *reboot(database))


def own_group(owner: str, family: str) -> str:
    """The name of a new group, as CreateDBParameterGroup wants it: letters, digits and single hyphens.

    Where it is taken already, that call refuses, and what comes after it must not be run.
    """
    named = re.sub(r"[^a-z0-9]+", "-", f"{owner}-{family}-tls".lower()).strip("-")
    return named if named[0].isalpha() else f"db-{named}"


def _family(database: Database, default: str) -> str | None:
    if _FAMILY.fullmatch(named := default.removeprefix(DEFAULT)):
        return named
    family = ParameterGroupFamily.of(Scope.INSTANCE, database.engine, database.engine_version)
    return family.name if family else None


def _modify_group(database: Database, group: str, name: str, value: str, *, is_dynamic: bool) -> str:
    # RDS refuses `immediate` for a static parameter.
    change = {"ParameterName": name, "ParameterValue": value, "ApplyMethod": _METHOD[is_dynamic]}
    is_plain = re.fullmatch(r"[\w.+-]+", value, re.ASCII)
    # The short form ends a value at a comma, and reads brackets and quotes in ways of its own.
    setting = ",".join(f"{key}={its}" for key, its in change.items()) if is_plain else json.dumps([change])
    scope = _scope(database)
    named = (f"--db-{scope}parameter-group-name", group)
    return rds(database, f"modify-db-{scope}parameter-group", *named, "--parameters", setting)


_METHOD = {True: "immediate", False: "pending-reboot"}
_CLUSTER, _INSTANCE = "--db-cluster-identifier", "--db-instance-identifier"


def _scope(database: Database) -> str:
    return "" if database.kind is Kind.INSTANCE else "cluster-"


def restarts(line: str) -> bool:
    """Whether a line restarts a server: what else waits for that is applied with it."""
    return line.startswith("aws rds reboot-")


def reboot(database: Database) -> tuple[str, ...]:
    """What applies parameter changes that wait for a reboot; it interrupts connections.

    The members of an Aurora cluster one after the other, so that never more than one of them is away.
    """
    if clusters_act_as_one(database.engine) and database.kind is not Kind.INSTANCE:
        cluster = database.cluster or database.identifier
        return (rds(database, "reboot-db-cluster", _CLUSTER, cluster),)
    if database.kind is not Kind.CLUSTER:
        return restart(database)
    lines: list[str] = []
    for each in sorted(database.member_authorities):
        lines += (_restart(database, each), _await_instance(database, each))
    return tuple(lines[:-1])


def restart(database: Database) -> tuple[str, ...]:
    """What restarts one instance or member."""
    return (_restart(database, database.identifier),)


def _restart(database: Database, instance: str) -> str:
    return rds(database, "reboot-db-instance", _INSTANCE, instance)


def _await_instance(database: Database, instance: str) -> str:
    return rds(database, "wait db-instance-available", _INSTANCE, instance)


def _await_cluster(database: Database, cluster: str) -> str:
    return rds(database, "wait db-cluster-available", _CLUSTER, cluster)


def change_authority(database: Database, authority: str, *, at_once: bool = False) -> tuple[str, ...]:
    """What moves the database to another CA, in its maintenance window or at once.

    The CA of a Multi-AZ cluster is set on the cluster, that of an Aurora cluster on each member
    (ModifyDBCluster.CACertificateIdentifier). At once means with all else that waits for the window
    (ModifyDBInstance.ApplyImmediately).
    """
    if clusters_act_as_one(database.engine) and database.cluster is not None:
        return (_change_cluster(database, database.cluster, authority, _WHEN[at_once]),)
    return (_change_instance(database, database.identifier, authority, _WHEN[at_once]),)


_WHEN = {True: "--apply-immediately", False: "--no-apply-immediately"}


def change_member_authorities(database: Database, authority: str) -> tuple[str, ...]:
    """What gives all members of a cluster one CA, each in its maintenance window, unless that waits already."""
    if clusters_act_as_one(database.engine):
        return (_change_cluster(database, database.identifier, authority, _WHEN[False]),)
    coming = database.member_authorities | database.member_pending_authorities
    others = (name for name, its in sorted(coming.items()) if its is not None and its != authority)
    return tuple(_change_instance(database, each, authority, _WHEN[False]) for each in others)


def _change_cluster(database: Database, cluster: str, authority: str, when: str) -> str:
    return rds(database, "modify-db-cluster", _CLUSTER, cluster, "--ca-certificate-identifier", authority, when)


def _change_instance(database: Database, instance: str, authority: str, when: str) -> str:
    return rds(database, "modify-db-instance", _INSTANCE, instance, "--ca-certificate-identifier", authority, when)


def apply_maintenance(database: Database, action: MaintenanceAction, *, at_once: bool = False) -> tuple[str, ...]:
    """What has a pending maintenance action applied, and no other, in the next window or at once."""
    what = ("--resource-identifier", action.resource_arn or database.arn, "--apply-action", action.action)
    opt_in = "immediate" if at_once else "next-maintenance"
    return (rds(database, "apply-pending-maintenance-action", *what, "--opt-in-type", opt_in),)


def choose_default_authority(region: str, authority: str) -> str:
    """What makes a CA the one of databases that are created from then on."""
    return shell("aws", "rds", "modify-certificates", "--region", region, "--certificate-identifier", authority)


def start(database: Database) -> tuple[str, ...]:
    """What starts a stopped instance, or a stopped cluster with all its members."""
    cluster = database.identifier if database.kind is Kind.CLUSTER else database.cluster
    if cluster is not None:
        return (rds(database, "start-db-cluster", _CLUSTER, cluster),)
    return (rds(database, "start-db-instance", _INSTANCE, database.identifier),)


def enables_iam_at_once(database: Database) -> bool:
    """Whether IAM authentication is turned on at once: of a cluster for which nothing else waits, an upgrade for
    one, that would come with it. An instance is given it in its maintenance window."""
    return database.cluster is not None and database.pending_changes == ()


def enable_iam(database: Database) -> tuple[str, ...]:
    """What lets the probe log in without a password."""
    new, when = "--enable-iam-database-authentication", _WHEN[enables_iam_at_once(database)]
    if database.cluster is not None:
        return (rds(database, "modify-db-cluster", _CLUSTER, database.cluster, new, when),)
    return (rds(database, "modify-db-instance", _INSTANCE, database.identifier, new, when),)


def create_role(user: str) -> str:
    """The SQL that makes the probe's user: it logs in with IAM and sees everybody's sessions."""
    return f"CREATE USER {quoted(user)}; GRANT rds_iam, pg_monitor TO {quoted(user)};"
