"""Where other checkers go wrong, one test each: from an answer of the RDS API to the finding made of it."""

from datetime import timedelta
from typing import Any

from tlscheck.inventory.assembly import assemble
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.inventory.parameter_group import ParameterGroupFamily, Scope
from tlscheck.verdict.check import Status
from tlscheck.verdict.finding import Finding

from tests.answers import ACCOUNT, REGION, certificate, cluster, cluster_group, instance, instance_group, member
from tests.examples import NOW
from tests.listed import judged_unseen

ON, OFF = {"rds.force_ssl": "1"}, {"rds.force_ssl": "0"}


def found(**answers: Any) -> dict[str, dict[str, Finding]]:
    """Identifier -> check -> finding, of a Region that answers so and whose servers nobody connects to."""
    described = Described(REGION, listed_at=NOW, **{"certificates": [certificate()]} | answers)
    return {
        judgement.evidence.database.identifier: {each.finding.check: each.finding for each in judgement.findings}
        for judgement in judged_unseen(assemble(ACCOUNT, [described]), NOW)
    }


def test_an_absent_parameter_is_the_engines_default_and_not_a_failure() -> None:
    defaults = {ParameterGroupFamily(Scope.INSTANCE, "postgres17"): ON}
    answers = {"instances": [instance()], "parameters": {instance_group(): {}}, "defaults": defaults}
    assert found(**answers)["orders-prod"]["force-ssl"].status is Status.PASSED


def test_an_unreadable_parameter_is_not_observed_and_not_a_failure() -> None:
    denied = Gap("rds:DescribeDBParameters", "AccessDenied: no")
    finding = found(instances=[instance()], parameters={instance_group(): denied})["orders-prod"]["force-ssl"]
    assert finding.status is Status.NOT_OBSERVED
    assert "AccessDenied" in finding.reason


def test_a_pending_reboot_is_its_own_state_and_neither_a_pass_nor_a_failure() -> None:
    waiting = [{"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": "pending-reboot"}]
    answers = {"instances": [instance(DBParameterGroups=waiting)], "parameters": {instance_group(): ON}}
    finding = found(**answers)["orders-prod"]["force-ssl"]
    assert finding.status is Status.WARNING
    # Nobody looked, so nobody knows whom the reboot cuts off: it is named, and not given as a command.
    assert finding.told_step == (
        "From the next reboot on, whoever orders it, TLS is enforced. Who connects without TLS could not be seen: "
        "open that first (see not-observed). No command is given until then."
    )


def test_a_g1_ca_with_an_old_server_certificate_is_judged_by_the_servers_date() -> None:
    old = {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": NOW + timedelta(days=20)}
    findings = found(instances=[instance(CertificateDetails=old)])["orders-prod"]
    assert findings["ca"].status is Status.PASSED
    assert findings["certificate-rotation"].status is Status.WARNING
    assert "valid to 2026-12-14" in findings["certificate-rotation"].reason


def test_an_empty_describe_certificates_makes_no_ca_expired_nor_ok() -> None:
    finding = found(instances=[instance()], certificates=[])["orders-prod"]["ca"]
    assert finding.status is Status.NOT_OBSERVED


def test_a_ca_that_is_not_named_is_not_ok() -> None:
    nameless = instance(CACertificateIdentifier=None, CertificateDetails=None)
    assert found(instances=[nameless])["orders-prod"]["ca"].status is Status.NOT_OBSERVED


def test_same_named_instance_and_cluster_groups_are_two_groups() -> None:
    findings = found(
        instances=[instance(group="platform"), member("writer")],
        clusters=[cluster(group="platform", members={"writer": "in-sync"})],
        parameters={instance_group("platform"): OFF, cluster_group("platform"): ON},
    )
    assert findings["orders-prod"]["force-ssl"].status is Status.FAILED
    assert findings["ledger"]["force-ssl"].status is Status.PASSED


def test_two_groups_on_one_instance_that_disagree_are_not_observed() -> None:
    groups = [{"DBParameterGroupName": name, "ParameterApplyStatus": "in-sync"} for name in ("one", "two")]
    parameters = {instance_group("one"): ON, instance_group("two"): OFF}
    findings = found(instances=[instance(DBParameterGroups=groups)], parameters=parameters)
    assert findings["orders-prod"]["force-ssl"].status is Status.NOT_OBSERVED


def test_neptune_in_the_answer_has_no_finding() -> None:
    graph: Any = {"Engine": "neptune", "EngineVersion": "1.3.2.1"}
    answers = {"instances": [member("graph-1", "graph", **graph)], "clusters": [cluster("graph", **graph)]}
    assert found(**answers) == {}


def test_more_than_100_instances_are_all_judged() -> None:
    findings = found(
        instances=[instance(f"shard-{number}") for number in range(250)], parameters={instance_group(): OFF}
    )
    assert [each["force-ssl"].status for each in findings.values()] == [Status.FAILED] * 250


def test_a_default_aurora_group_is_read_and_judged_like_any_other() -> None:
    default = "default.aurora-postgresql16"
    findings = found(
        instances=[member("writer")],
        clusters=[cluster(group=default, members={"writer": "in-sync"})],
        parameters={cluster_group(default): OFF},
    )
    assert findings["ledger"]["force-ssl"].status is Status.FAILED


def test_a_replica_left_on_the_old_ca_is_found_beside_its_rotated_source() -> None:
    copy = instance(
        "copy", ReadReplicaSourceDBInstanceIdentifier="orders-prod", CACertificateIdentifier="rds-ca-2019"
    )
    findings = found(instances=[instance(), copy])
    assert findings["orders-prod"]["ca"].status is Status.PASSED
    assert findings["copy"]["ca"].status is Status.FAILED
    assert "replica of orders-prod" in findings["copy"]["ca"].reason


def test_a_ca_that_is_listed_first_says_nothing_of_a_database_with_another() -> None:
    listed = [certificate("rds-ca-2019", ValidTill=NOW - timedelta(days=800)), certificate()]
    assert found(instances=[instance()], certificates=listed)["orders-prod"]["ca"].status is Status.PASSED
