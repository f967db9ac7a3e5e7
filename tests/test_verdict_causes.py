"""Each cause of what is not known, or not well, has its own next step: what opens one is of no use to another.

Sources: the statuses of a parameter group are DBParameterGroupStatus's (RDS API Reference); who still has an MD5
password, the RDS User Guide, "Using SCRAM for PostgreSQL password encryption"; log_connections, PostgreSQL 18.
"""

from dataclasses import replace
from typing import Any

import pytest
from tlscheck.inventory.database import Database, Proxy
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterKind
from tlscheck.inventory.region import Authorities, OfferedAuthority, RegionListing
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.regional import judge_region
from tlscheck.wire.observation import LookOutcome

from tests.answers import (
    REGION,
    certificate,
    cluster,
    cluster_group,
    databases,
    engine_version,
    instance,
    instance_group,
    member,
)
from tests.examples import NOW, database, evidence, look, observation, proxy
from tests.examples import cluster as a_cluster
from tests.examples import member as a_member
from tests.verdicts import having, says

GOOD = {
    "rds.force_ssl": "1",
    "ssl_min_protocol_version": "TLSv1.2",
    "password_encryption": "scram-sha-256",
    "rds.accepted_password_auth_method": "scram",
    "log_connections": "1",
}
DENIED = Gap("rds:DescribeDBParameters", "AccessDenied: no")
SET = "aws rds modify-db-parameter-group --region us-east-1 --db-parameter-group-name orders-pg17 --parameters"
READ_IN_ITS_REASON = "as the reason says."
ACCEPTED = "rds.accepted_password_auth_method"


def listed(
    *instances: dict[str, Any],
    clusters: tuple[dict[str, Any], ...] = (),
    values: dict[str, str] | Gap | None = None,
) -> dict[str, Database]:
    held = GOOD if values is None else values
    return databases(
        Described(
            REGION,
            instances=instances,
            clusters=clusters,
            certificates=[certificate()],
            parameters={instance_group(): held, cluster_group(): held},
            versions={("postgres", "17.4"): engine_version(), ("aurora-postgresql", "16.6"): engine_version()},
            maintenance=(),
        )
    )


def of_status(status: str) -> Database:
    groups = [{"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": status}]
    return listed(instance(DBParameterGroups=groups))["orders-prod"]


@pytest.mark.parametrize("check", ["password-hashes", "connection-log", "tls-versions"])
@pytest.mark.parametrize(
    ("of", "step"),
    [
        pytest.param(
            lambda: listed(instance(), values=DENIED)["orders-prod"],
            f"Let rds:DescribeDBParameters answer for the parameter group, {READ_IN_ITS_REASON}",
            id="not read",
        ),
        pytest.param(
            lambda: of_status("pending-reboot"),
            "See force-ssl: what waits in the parameter group is applied by a reboot.",
            id="waits for a reboot",
        ),
        pytest.param(
            lambda: of_status("failed-to-apply"),
            "See in RDS's events and the server's log why its parameter group could not be applied.",
            id="failed",
        ),
        pytest.param(
            lambda: of_status("applying"),
            "Nothing: it is being applied. The next sweep asks again.",
            id="on its way",
        ),
        pytest.param(
            lambda: of_status("pending-database-upgrade"),
            "Nothing: the upgrade that waits applies its parameter group. The next sweep asks again.",
            id="waits for an upgrade",
        ),
        pytest.param(lambda: of_status("novel"), "The next sweep asks again.", id="a word that nobody knows"),
        pytest.param(
            lambda: listed(instance(DBParameterGroups=[]))["orders-prod"],
            "The next sweep asks again.",
            id="unnamed",
        ),
        pytest.param(
            lambda: listed(clusters=(cluster(),))["ledger"],
            "Nothing, while it has no instances: one that it gets says so. The next sweep asks again.",
            id="headless",
        ),
        pytest.param(
            lambda: listed(clusters=(cluster(EngineMode="serverless"),))["ledger"],
            "Nothing: Aurora Serverless v1 has no instance that says so, and its support has ended.",
            id="serverless v1",
        ),
        pytest.param(
            lambda: listed(clusters=(cluster(VPCNetworkingEnabled=False),))["ledger"],
            "Nothing: AWS's API names no instance of an express configuration that says so.",
            id="express",
        ),
        pytest.param(
            lambda: listed(clusters=(cluster(ClusterScalabilityType="limitless"),))["ledger"],
            "Nothing: AWS's API names no instance of a Limitless cluster that says so.",
            id="limitless",
        ),
    ],
)
def test_parameters_that_are_not_known_are_opened_by_what_keeps_them(check: str, of: Any, step: str) -> None:
    said = says(check, evidence(of()))
    assert (said.status, said.told_step) == ("NOT_OBSERVED", step)


def test_passwords_are_first_stored_otherwise_and_nobody_is_locked_out_by_a_line() -> None:
    dynamic = {"password_encryption": ParameterKind(is_dynamic=True, is_modifiable=True)}
    md5 = having(**{"password_encryption": "md5", ACCEPTED: "md5+scram"})
    first = says("password-hashes", evidence(database(settings=md5, parameter_kinds=dynamic)))
    assert first.commands == (
        f"{SET} ParameterName=password_encryption,ParameterValue=scram-sha-256,ApplyMethod=immediate",
    )
    assert "Whose driver does not speak SCRAM" in first.next_step
    mixed = having(**{ACCEPTED: "md5+scram"})
    then = says("password-hashes", evidence(database(settings=mixed)))
    assert then.commands == ()
    assert "rds_tools.role_password_encryption_type() WHERE encryption_type = 'md5';" in then.next_step
    assert "Once that names nobody, give rds.accepted_password_auth_method the value scram" in then.next_step
    fronted = database(settings=mixed, proxies=("orders-proxy",))
    assert "The proxy in front of it is away" in says("password-hashes", evidence(fronted)).next_step
    assert "The proxy" not in then.next_step


@pytest.mark.parametrize(
    ("version", "value", "number"),
    [
        ("13.9", "1", "400"),
        ("17.4", "1", "600"),
        ("18.1", "authorization", "300"),
    ],
)
def test_no_more_is_logged_than_tells_tls(version: str, value: str, number: str) -> None:
    off = database(engine_version=version, settings=having(log_connections=""))
    said = says("connection-log", evidence(off))
    assert f"ParameterName=log_connections,ParameterValue={value}," in said.commands[0]
    assert f"It writes about {number} bytes into the log for each new connection" in said.next_step


def test_a_proxy_whose_clients_nobody_sees_is_not_closed_to_them_by_a_line() -> None:
    said = says("proxy-tls", evidence(proxy(proxy=Proxy(require_tls=False, fronts=("orders-prod",)))))
    assert (said.status, said.commands) == ("WARNING", ())
    assert "ClientConnectionsNoTLS" in said.next_step


G1 = OfferedAuthority("rds-ca-rsa2048-g1", "7c40", None)
ENDED = OfferedAuthority("rds-ca-rsa4096-g1", "7c41", NOW)


def default_ca(default: str | None, *offered: OfferedAuthority) -> Finding:
    authorities = Authorities(offered, default)
    said = judge_region(RegionListing("arn", "us-east-1", 1, authorities=authorities), {}, NOW)
    return next(each for each in said if each.check == "default-ca")


def test_a_default_is_chosen_of_those_that_are_offered_and_last() -> None:
    said = default_ca("rds-ca-2019", ENDED, G1)
    assert said.commands == (
        "aws rds modify-certificates --region us-east-1 --certificate-identifier rds-ca-rsa2048-g1",
    )
    assert '"Amazon RDS us-east-1 Root CA RSA2048 G1"' in said.next_step
    assert default_ca("rds-ca-2019", ENDED).commands == ()
    assert default_ca(None, G1).told_step == "The next sweep asks again."


def test_a_probe_that_may_not_log_in_yet_does_not_bring_what_else_waits() -> None:
    blind = observation(look=look(outcome=LookOutcome.NOT_TRIED))
    told = says("not-observed", evidence(database(iam_authentication=False), blind))
    assert told.commands[0].endswith("--enable-iam-database-authentication --no-apply-immediately")
    assert told.next_step.endswith("And, in its maintenance window:")
    told = says("not-observed", evidence(a_member(iam_authentication=False), blind))
    assert told.next_step.endswith("And, at once:")
    assert told.commands[0].endswith("--enable-iam-database-authentication --apply-immediately")
    # An upgrade that waits for its cluster; and what waits is not known.
    for pending in (("EngineVersion",), None):
        told = says("not-observed", evidence(a_member(iam_authentication=False, pending_changes=pending), blind))
        assert told.next_step.endswith("And, in its maintenance window:")
        assert told.commands[0].endswith("--enable-iam-database-authentication --no-apply-immediately")


@pytest.mark.parametrize(
    ("of", "step"),
    [
        (
            a_cluster(proxies_gap=Gap("rds:DescribeDBProxies", "Throttling: no")),
            "Let rds:DescribeDBProxies succeed, as the reason says.",
        ),
        (
            a_cluster(shard_groups=("ledger-shards",)),
            "Ask the owners of the shard groups' clients: a sweep does not connect to those.",
        ),
        (a_cluster(member_authorities={"a": None}), "See ca."),
        (database(server_certificate_expires=None), "The next sweep asks again."),
    ],
)
def test_what_was_not_looked_at_is_opened_by_its_own_cause(of: Database, step: str) -> None:
    said = says("not-observed", evidence(of))
    assert (said.status, said.told_step) == ("NOT_OBSERVED", step)


def test_causes_that_come_together_are_opened_each() -> None:
    of = listed(member("m0"), clusters=(cluster(members={"m0": "in-sync"}),))["m0"]
    blind = observation(of.arn, look=look(outcome=LookOutcome.NO_CREDENTIALS, detail="no secret"))
    gap = Gap("rds:DescribeDBProxies", "AccessDenied: no")
    both = says("not-observed", evidence(replace(of, proxies_gap=gap), blind))
    assert both.told_step == (
        "Let rds:DescribeDBProxies succeed, as the reason says. Mend what the reason names: the probe could not "
        "get at its credentials."
    )
