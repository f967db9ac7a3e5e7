"""The exact next steps: AWS CLI commands and SQL for one database.

Each function gives lines for a shell, in the order in which they are run; none where what they must name is not
known.
"""

import shlex

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import clusters_act_as_one
from tlscheck.inventory.gap import Gap
from tlscheck.wire.login import quoted


def shell(*words: str) -> str:
    """A line for a shell of these words, each quoted where it must be."""
    return shlex.join(words)


def rds(database: Database, action: str, *words: str) -> str:
    """A command of `aws rds` in the database's Region."""
    return shell("aws", "rds", action, "--region", database.region, *words)


def set_parameter(database: Database, name: str, value: str) -> tuple[str, ...]:
    """What sets a parameter in the group that the database's rds.force_ssl comes from, and has it applied."""
    group = database.force_ssl.parameter_group
    scope = "cluster-" if database.kind is not Kind.INSTANCE else ""
    if group is None or group.startswith("default."):
        return ()
    # Always accepted: RDS refuses `immediate` for a static parameter.
    setting = f"ParameterName={name},ParameterValue={value},ApplyMethod=pending-reboot"
    modify = f"modify-db-{scope}parameter-group"
    return (rds(database, modify, f"--db-{scope}parameter-group-name", group, "--parameters", setting),)


def changes_group(line: str, database: Database) -> bool:
    """Whether a line changes the group that the database has, which others may have too."""
    words = shlex.split(line)
    group = database.force_ssl.parameter_group
    return group in words and bool(_CHANGES_OF_GROUPS & {*words[:3]})


_CHANGES_OF_GROUPS = {"modify-db-parameter-group", "modify-db-cluster-parameter-group"}


def reboot(database: Database) -> tuple[str, ...]:
    """What applies parameter changes that wait for a reboot; it interrupts connections."""
    if database.kind is Kind.INSTANCE:
        return restart(database)
    if clusters_act_as_one(database.engine):
        cluster = database.cluster or database.identifier
        return (rds(database, "reboot-db-cluster", "--db-cluster-identifier", cluster),)
    return tuple(_restart(database, each) for each in sorted(database.member_authorities))


def restart(database: Database) -> tuple[str, ...]:
    """What restarts one instance or member."""
    return (_restart(database, database.identifier),)


def _restart(database: Database, instance: str) -> str:
    return rds(database, "reboot-db-instance", "--db-instance-identifier", instance)


def change_authority(database: Database, authority: str) -> tuple[str, ...]:
    """What moves the database to another CA, in its maintenance window.

    The CA of a Multi-AZ cluster is set on the cluster, that of an Aurora cluster on each member
    (ModifyDBCluster.CACertificateIdentifier).
    """
    if clusters_act_as_one(database.engine) and database.cluster is not None:
        return (_change_cluster(database, database.cluster, authority),)
    return (_change_instance(database, database.identifier, authority),)


def change_member_authorities(database: Database, authority: str) -> tuple[str, ...]:
    """What gives all members of a cluster one CA."""
    if clusters_act_as_one(database.engine):
        return (_change_cluster(database, database.identifier, authority),)
    others = (name for name, its in sorted(database.member_authorities.items()) if its != authority)
    return tuple(_change_instance(database, each, authority) for each in others)


def _change_cluster(database: Database, cluster: str, authority: str) -> str:
    new = ("--ca-certificate-identifier", authority, "--no-apply-immediately")
    return rds(database, "modify-db-cluster", "--db-cluster-identifier", cluster, *new)


def _change_instance(database: Database, instance: str, authority: str) -> str:
    new = ("--ca-certificate-identifier", authority, "--no-apply-immediately")
    return rds(database, "modify-db-instance", "--db-instance-identifier", instance, *new)


def renew_certificate(database: Database) -> tuple[str, ...]:
    """What applies the renewal of a server certificate which RDS offers, under the same CA."""
    return apply_maintenance(database, "server-certificate-rotation")


def apply_maintenance(database: Database, action: str) -> tuple[str, ...]:
    """What has a pending maintenance action applied in the next window."""
    what = ("--resource-identifier", database.arn, "--apply-action", action)
    return (rds(database, "apply-pending-maintenance-action", *what, "--opt-in-type", "next-maintenance"),)


def start(database: Database) -> tuple[str, ...]:
    """What starts a stopped instance, or the stopped cluster of a member."""
    if database.cluster is not None:
        return (rds(database, "start-db-cluster", "--db-cluster-identifier", database.cluster),)
    return (rds(database, "start-db-instance", "--db-instance-identifier", database.identifier),)


def require_tls(database: Database) -> tuple[str, ...]:
    """What turns a proxy's RequireTLS on."""
    return (rds(database, "modify-db-proxy", "--db-proxy-name", database.identifier, "--require-tls"),)


def preferred_authority(database: Database) -> str:
    """A CA that the Region offers and the engine version supports: RSA 2048 if possible: any driver takes it."""
    offered, supported = database.certificate_authority.offered, database.rotation.supported
    known = () if isinstance(supported, Gap) else supported
    offered = tuple(sorted(set(offered) & set(known)) or sorted(offered))
    return next((authority for authority in offered if "rsa2048" in authority), offered[0] if offered else "<CA>")


def enable_iam(database: Database) -> tuple[str, ...]:
    """What lets the probe log in without a password."""
    new = ("--enable-iam-database-authentication", "--apply-immediately")
    if database.cluster is not None:
        return (rds(database, "modify-db-cluster", "--db-cluster-identifier", database.cluster, *new),)
    return (rds(database, "modify-db-instance", "--db-instance-identifier", database.identifier, *new),)


def create_role(user: str) -> str:
    """The SQL that makes the probe's user: it logs in with IAM and sees everybody's sessions."""
    return f"CREATE USER {quoted(user)}; GRANT rds_iam, pg_monitor TO {quoted(user)};"
