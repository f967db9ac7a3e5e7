"""The exact next steps: AWS CLI commands and SQL for one database."""

from tlscheck.inventory.database import Database, Kind
from tlscheck.inventory.engine import clusters_act_as_one
from tlscheck.inventory.gap import Gap
from tlscheck.wire.login import quoted


def set_parameter(database: Database, name: str, value: str) -> str:
    """The command that sets a parameter in the group that the database's rds.force_ssl comes from."""
    group = database.force_ssl.parameter_group
    scope = "cluster-" if database.kind is not Kind.INSTANCE else ""
    if group is None or group.startswith("default."):
        return (
            f"Give {database.identifier} a parameter group of its own (a default group cannot be changed) "
            f"with {name}={value}: aws rds create-db-{scope}parameter-group --region {database.region} ..."
        )
    # Always accepted: RDS refuses `immediate` for a static parameter.
    setting = f"ParameterName={name},ParameterValue={value},ApplyMethod=pending-reboot"
    return (
        f"aws rds modify-db-{scope}parameter-group --region {database.region} "
        f"--db-{scope}parameter-group-name {group} --parameters {setting} "
        "(ApplyMethod=immediate needs no reboot where the parameter is dynamic)"
    )


def reboot(database: Database) -> str:
    """The command that applies parameter changes which wait for a reboot; it interrupts connections."""
    if database.kind is Kind.INSTANCE:
        return restart(database)
    cluster = database.cluster or database.identifier
    if clusters_act_as_one(database.engine):
        return f"aws rds reboot-db-cluster --region {database.region} --db-cluster-identifier {cluster}"
    each = f"<each member of {cluster}>"
    return f"aws rds reboot-db-instance --region {database.region} --db-instance-identifier {each}"


def restart(database: Database) -> str:
    """The command that restarts one instance or member."""
    return f"aws rds reboot-db-instance --region {database.region} --db-instance-identifier {database.identifier}"


def change_authority(database: Database, authority: str) -> str:
    """The command that moves the database to another CA, in its maintenance window.

    The CA of a Multi-AZ cluster is set on the cluster, that of an Aurora cluster on each member
    (ModifyDBCluster.CACertificateIdentifier).
    """
    if clusters_act_as_one(database.engine) and database.cluster is not None:
        return (
            f"aws rds modify-db-cluster --region {database.region} --db-cluster-identifier {database.cluster} "
            f"--ca-certificate-identifier {authority} --no-apply-immediately"
        )
    return (
        f"aws rds modify-db-instance --region {database.region} --db-instance-identifier {database.identifier} "
        f"--ca-certificate-identifier {authority} --no-apply-immediately"
    )


def renew_certificate(database: Database) -> str:
    """The command that applies the renewal of a server certificate which RDS offers, under the same CA."""
    return apply_maintenance(database, "server-certificate-rotation")


def apply_maintenance(database: Database, action: str) -> str:
    """The command that has a pending maintenance action applied in the next window."""
    return (
        f"aws rds apply-pending-maintenance-action --region {database.region} "
        f"--resource-identifier {database.arn} --apply-action {action} --opt-in-type next-maintenance"
    )


def change_member_authorities(database: Database, authority: str) -> str:
    """The command that gives all members of a cluster one CA."""
    if clusters_act_as_one(database.engine):
        return (
            f"aws rds modify-db-cluster --region {database.region} --db-cluster-identifier {database.identifier} "
            f"--ca-certificate-identifier {authority} --no-apply-immediately"
        )
    return (
        f"aws rds modify-db-instance --region {database.region} --db-instance-identifier <each other member> "
        f"--ca-certificate-identifier {authority} --no-apply-immediately"
    )


def start(database: Database) -> str:
    """The command that starts a stopped instance, or the stopped cluster of a member."""
    if database.cluster is not None:
        return f"aws rds start-db-cluster --region {database.region} --db-cluster-identifier {database.cluster}"
    return f"aws rds start-db-instance --region {database.region} --db-instance-identifier {database.identifier}"


def require_tls(database: Database) -> str:
    """The command that turns a proxy's RequireTLS on."""
    return (
        f"aws rds modify-db-proxy --region {database.region} --db-proxy-name {database.identifier} --require-tls"
    )


def preferred_authority(database: Database) -> str:
    """A CA that the Region offers and the engine version supports: RSA 2048 if possible: any driver takes it."""
    offered, supported = database.certificate_authority.offered, database.rotation.supported
    known = () if isinstance(supported, Gap) else supported
    offered = tuple(sorted(set(offered) & set(known)) or sorted(offered))
    return next((authority for authority in offered if "rsa2048" in authority), offered[0] if offered else "<CA>")


def enable_iam(database: Database) -> str:
    """The command that lets the probe log in without a password."""
    if database.cluster is not None:
        return (
            f"aws rds modify-db-cluster --region {database.region} --db-cluster-identifier {database.cluster} "
            "--enable-iam-database-authentication --apply-immediately"
        )
    return (
        f"aws rds modify-db-instance --region {database.region} --db-instance-identifier {database.identifier} "
        "--enable-iam-database-authentication --apply-immediately"
    )


def create_role(user: str) -> str:
    """The SQL that makes the probe's user: it logs in with IAM and sees everybody's sessions."""
    return f"CREATE USER {quoted(user)}; GRANT rds_iam, pg_monitor TO {quoted(user)};"
