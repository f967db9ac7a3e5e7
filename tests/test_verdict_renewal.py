"""What is said of certificates, CAs and their renewal, from AWS's answers to the words and lines of the next step.

Each row asks three things: is what is said true of such an account, does the step mend it, and whom does it break?
What AWS does is modelled by its documentation: RDS User Guide, "Rotating your SSL/TLS certificate"; RDS API
Reference, ModifyDBInstance (ApplyImmediately, CertificateRotationRestart) and ApplyPendingMaintenanceAction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tlscheck.inventory.database import Database
from tlscheck.inventory.described import Described
from tlscheck.inventory.gap import Gap
from tlscheck.verdict.finding import Finding
from tlscheck.verdict.readiness import Verdict
from tlscheck.wire.observation import HandshakeOutcome

from tests.answers import (
    REGION,
    arn,
    certificate,
    cluster,
    cluster_group,
    databases,
    engine_version,
    instance,
    instance_group,
    maintenance,
    member,
)
from tests.examples import NOW, evidence, handshake, observation
from tests.verdicts import ready, says

RSA2048, RSA4096, ECC384 = "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"
ALL = (RSA2048, RSA4096, ECC384)
DENIED = Gap("rds:DescribePendingMaintenanceActions", "AccessDenied: no")
SEP_2027 = datetime(2027, 9, 20, 3, tzinfo=UTC)
EXPIRED = NOW - timedelta(days=1)
FORCED = {"rds.force_ssl": "1", "ssl": "1"}
UNFORCED = {"rds.force_ssl": "0", "ssl": "1"}
MULTI_AZ = {"Engine": "postgres", "EngineVersion": "17.4"}
MODIFY = (
    f"aws rds modify-db-instance --region {REGION} --db-instance-identifier orders-prod "
    "--ca-certificate-identifier"
)
RENEW = (
    f"aws rds apply-pending-maintenance-action --region {REGION} --resource-identifier {arn('db', 'orders-prod')}"
)
REBOOT = f"aws rds reboot-db-instance --region {REGION} --db-instance-identifier orders-prod"


def issued(authority: str = RSA2048, until: datetime = SEP_2027) -> dict[str, Any]:
    return {"CAIdentifier": authority, "ValidTill": until}


def region(
    *instances: dict[str, Any],
    clusters: Sequence[dict[str, Any]] = (),
    offered: Sequence[str] = ALL,
    certificates: Sequence[dict[str, Any]] = (),
    version: dict[str, Any] | None = None,
    actions: Sequence[dict[str, Any]] | Gap = (),
    values: dict[str, str] | None = None,
) -> dict[str, Database]:
    """The databases of a Region that offers these CAs, whose groups hold these values."""
    of_engines = (("17.4", "postgres"), ("16.6", "aurora-postgresql"))
    versions = {
        (engine, number): version
        if isinstance(version, Gap)
        else engine_version(number, engine, **(version or {}))
        for number, engine in of_engines
    }
    return databases(
        Described(
            REGION,
            instances=instances,
            clusters=clusters,
            certificates=certificates or [certificate(each) for each in offered],
            parameters={instance_group(): values or FORCED, cluster_group(): values or FORCED},
            versions=versions,
            maintenance=actions,
        )
    )


def orders(status: str = "in-sync", **changes: Any) -> dict[str, Any]:
    """An instance in order, whose certificate is valid until September 2027."""
    group = [{"DBParameterGroupName": "orders-pg17", "ParameterApplyStatus": status}]
    return instance(**({"CertificateDetails": issued(), "DBParameterGroups": group} | changes))


def found(check: str, of: Database) -> Finding:
    return says(check, evidence(of))


def told(check: str, *, of: str = "orders-prod", **answers: Any) -> Finding:
    instances = answers.pop("instances", None) or [orders(**answers.pop("changes", {}))]
    return found(check, region(*instances, **answers)[of])


RESTARTS = {"SupportsCertificateRotationWithoutRestart": False}


@pytest.mark.parametrize(
    ("answers", "status", "words", "lines"),
    [
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=EXPIRED)}, "actions": [maintenance()]},
            "FAILED",
            ["That keeps its CA", "applied at once", "does not restart"],
            [f"{RENEW} --apply-action server-certificate-rotation --opt-in-type immediate"],
            id="an expired certificate waits for no window where its renewal waits",
        ),
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=EXPIRED)}},
            "FAILED",
            [
                "RDS offers no renewal under its CA: ask AWS Support",
                "replaces rds-ca-rsa2048-g1 by rds-ca-rsa4096-g1",
                'trust "Amazon RDS eu-central-1 Root CA RSA4096 G1"',
                "Clients that verify are cut off as it is, until they trust that root.",
            ],
            [f"{MODIFY} rds-ca-rsa4096-g1 --apply-immediately"],
            id="with no renewal offered only another CA mends it, and that is told as such",
        ),
        pytest.param(
            {
                "changes": {
                    "CACertificateIdentifier": RSA4096,
                    "CertificateDetails": issued(RSA4096, EXPIRED),
                    "PendingModifiedValues": {"EngineVersion": "18.1", "DBInstanceClass": "db.m7g.xlarge"},
                }
            },
            "FAILED",
            [
                "by rds-ca-rsa2048-g1",
                "waits for the maintenance window, DBInstanceClass, EngineVersion: decide on that",
            ],
            [],
            id="nothing is applied at once with an upgrade that nobody asked for now",
        ),
        pytest.param(
            {
                "changes": {
                    "CertificateDetails": issued(until=EXPIRED),
                    "PendingModifiedValues": {"CACertificateIdentifier": ECC384},
                }
            },
            "FAILED",
            [
                "The change to rds-ca-ecc384-g1 waits for the maintenance window",
                '"Amazon RDS eu-central-1 Root CA ECC384',
            ],
            [f"{MODIFY} rds-ca-ecc384-g1 --apply-immediately"],
            id="a change of CA that waits is had at once, and no other is named",
        ),
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=EXPIRED)}, "actions": DENIED},
            "FAILED",
            ["What RDS waits to apply is not known: rds:DescribePendingMaintenanceActions: AccessDenied: no."],
            [],
            id="what waits decides, so without knowing it there is no command",
        ),
        pytest.param(
            {
                "changes": {"CertificateDetails": issued(until=EXPIRED), "status": "pending-reboot"},
                "version": RESTARTS,
            },
            "FAILED",
            ["The server restarts for that", "A restart may put rds.force_ssl=1 into effect", "see force-ssl"],
            [],
            id="a restart that would enforce TLS over the heads of plaintext clients is not ordered",
        ),
        pytest.param(
            {
                "changes": {"CertificateDetails": issued(until=EXPIRED), "status": "pending-reboot"},
                "version": RESTARTS,
                "values": UNFORCED,
            },
            "FAILED",
            ["What else waits in its parameter group is applied with it."],
            [f"{MODIFY} rds-ca-rsa4096-g1 --apply-immediately"],
            id="what else a restart applies is said where it enforces nothing",
        ),
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=EXPIRED), "DBInstanceStatus": "stopped"}},
            "FAILED",
            ["It is stopped, and nothing is renewed or changed then."],
            [f"aws rds start-db-instance --region {REGION} --db-instance-identifier orders-prod"],
            id="a stopped database takes no change",
        ),
        pytest.param(
            {"actions": [maintenance()], "version": RESTARTS},
            "WARNING",
            ["That keeps its CA", "The server restarts for that, which interrupts every connection."],
            [f"{RENEW} --apply-action server-certificate-rotation --opt-in-type next-maintenance"],
            id="a renewal that has time comes in the window, and is told to interrupt",
        ),
        pytest.param(
            {"actions": [maintenance(CurrentApplyDate=NOW + timedelta(days=3))], "version": RESTARTS},
            "WARNING",
            ["RDS applies it on 2026-11-27.", "interrupts every connection"],
            [],
            id="one that is planned needs no second word",
        ),
        pytest.param(
            {"actions": [maintenance(action="ca-certificate-rotation", ForcedApplyDate=NOW + timedelta(days=9))]},
            "WARNING",
            ["It changes the CA, and so the root.", "They have time until 2026-12-03."],
            [f"{RENEW} --apply-action ca-certificate-rotation --opt-in-type next-maintenance"],
            id="the action that waits is named, clients and deadline first",
        ),
        pytest.param(
            {"actions": [maintenance(action="ca-certificate-rotation", OptInStatus="next-maintenance")]},
            "WARNING",
            ["It is ordered for the next window, and can be called off until then (--opt-in-type undo-opt-in)."],
            [],
            id="what is ordered is not ordered again, and who called for it may call it off",
        ),
        pytest.param(
            {
                "changes": {"CACertificateIdentifier": "rds-ca-2019", "CertificateDetails": issued("rds-ca-2019")},
            },
            "NOT_OBSERVED",
            ["See ca: another CA has a new one issued."],
            [],
            id="a renewal under a CA that is gone is not promised",
        ),
        pytest.param(
            {
                "changes": {
                    "CACertificateIdentifier": "rds-ca-2019",
                    "CertificateDetails": issued("rds-ca-2019", NOW + timedelta(days=80)),
                },
            },
            "WARNING",
            ["This replaces rds-ca-2019 by rds-ca-rsa2048-g1."],
            [f"{MODIFY} rds-ca-rsa2048-g1 --no-apply-immediately"],
            id="nor is it waited for when time is short",
        ),
        pytest.param(
            {
                "actions": [
                    {
                        "ResourceIdentifier": arn("db", "orders-prod"),
                        "PendingMaintenanceActionDetails": [
                            {"Action": "ca-certificate-rotation"},
                            {"Action": "server-certificate-rotation"},
                        ],
                    }
                ]
            },
            "WARNING",
            ["That keeps its CA"],
            [f"{RENEW} --apply-action server-certificate-rotation --opt-in-type next-maintenance"],
            id="of two that wait the one that keeps the CA goes first",
        ),
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=NOW + timedelta(days=150))}},
            "WARNING",
            ["RDS tries again in each maintenance window, under the same CA."],
            [],
            id="an overdue renewal that has months left is RDS's own to make",
        ),
        pytest.param(
            {"changes": {"CertificateDetails": issued(until=EXPIRED)}, "offered": (RSA2048,)},
            "FAILED",
            ["The Region offers no other CA that its engine version supports"],
            [],
            id="the CA that it has is never named again",
        ),
        pytest.param(
            {
                "changes": {
                    "CACertificateIdentifier": "rds-ca-2019",
                    "CertificateDetails": issued("rds-ca-2019", NOW + timedelta(days=40)),
                },
                "actions": [maintenance()],
            },
            "WARNING",
            [
                "Its CA is at its end (see ca), and no renewal is known to last under it: change the CA.",
                'trust "Amazon RDS eu-central-1 Root CA RSA2048 G1"',
            ],
            [f"{MODIFY} rds-ca-rsa2048-g1 --no-apply-immediately"],
            id="what renews is not said to keep a CA that the Region has no more",
        ),
        pytest.param(
            {
                "changes": {"CertificateDetails": issued(until=NOW + timedelta(days=200))},
                "certificates": [certificate(RSA2048, ValidTill=EXPIRED), certificate(RSA4096)],
                "actions": [maintenance()],
            },
            "WARNING",
            ["Its CA is at its end (see ca)", 'trust "Amazon RDS eu-central-1 Root CA RSA4096 G1"'],
            [f"{MODIFY} rds-ca-rsa4096-g1 --no-apply-immediately"],
            id="nor one that has expired",
        ),
        pytest.param(
            {
                "actions": [
                    maintenance(action="ca-certificate-rotation", Description="Rotation to\nrds-ca-rsa4096-g1")
                ]
            },
            "WARNING",
            [
                "trust the root of the CA that the action's description names, best all roots of the Region.",
                'The description is "Rotation to rds-ca-rsa4096-g1".',
            ],
            [f"{RENEW} --apply-action ca-certificate-rotation --opt-in-type next-maintenance"],
            id="to which CA it goes RDS says in words alone, which are repeated",
        ),
        pytest.param(
            {
                "changes": {"status": "pending-reboot"},
                "version": {"SupportsCertificateRotationWithoutRestart": False},
                "actions": [maintenance(CurrentApplyDate=NOW + timedelta(days=9), OptInStatus="next-maintenance")],
            },
            "WARNING",
            [
                "RDS applies it on 2026-12-03.",
                "The server restarts for that",
                "A restart may put rds.force_ssl=1 into effect, which cuts off clients without TLS: see",
            ],
            [],
            id="what is ordered already restarts it, and enforces TLS by that",
        ),
        pytest.param(
            {
                "changes": {"CertificateDetails": issued(until=EXPIRED)},
                "version": {"SupportedCACertificateIdentifiers": None},
            },
            "FAILED",
            ["AWS's API does not say which CAs its engine version supports"],
            [],
            id="a CA of which it is not said that the version supports it is not named",
        ),
    ],
)
def test_a_renewal_keeps_the_ca_or_says_what_it_changes(
    answers: dict[str, Any], status: str, words: list[str], lines: list[str]
) -> None:
    said = told("certificate-rotation", **answers)
    assert (said.status.value, list(said.commands)) == (status, lines)
    assert [each for each in words if each not in said.next_step] == []
    assert said.next_step.endswith(":") is bool(lines)


@pytest.mark.parametrize(
    ("changes", "offered", "status", "words", "lines"),
    [
        pytest.param(
            {"CACertificateIdentifier": "rds-ca-2019", "CertificateDetails": issued("rds-ca-2019")},
            ALL,
            "FAILED",
            ["replaces rds-ca-2019 by rds-ca-rsa2048-g1", '"Amazon RDS eu-central-1 Root CA RSA2048 G1"'],
            [f"{MODIFY} rds-ca-rsa2048-g1 --no-apply-immediately"],
            id="an RSA key is followed by one, of the kind that any driver takes",
        ),
        pytest.param(
            {"CACertificateIdentifier": "rds-ca-ecc384-g0", "CertificateDetails": issued("rds-ca-ecc384-g0")},
            ALL,
            "FAILED",
            ["by rds-ca-ecc384-g1"],
            [f"{MODIFY} rds-ca-ecc384-g1 --no-apply-immediately"],
            id="an ECC key is followed by one",
        ),
        pytest.param(
            {"CACertificateIdentifier": "rds-ca-rsa2048-g0", "CertificateDetails": issued("rds-ca-rsa2048-g0")},
            ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g2", "strange"),
            "FAILED",
            ["by rds-ca-rsa2048-g1"],
            [f"{MODIFY} rds-ca-rsa2048-g1 --no-apply-immediately"],
            id="a newer generation that the version does not support is not named",
        ),
        pytest.param(
            {"CertificateDetails": issued(RSA4096)},
            ALL,
            "WARNING",
            [
                "From its next restart on",
                '"Amazon RDS eu-central-1 Root CA RSA2048 G1"',
                "interrupts every connection",
            ],
            [REBOOT],
            id="a certificate of another CA than the configured one awaits a restart",
        ),
        pytest.param(
            {"CertificateDetails": issued("rds-ca-2019")},
            ALL,
            "FAILED",
            ["From its next restart on"],
            [REBOOT],
            id="one of a CA that is gone is as bad as that CA",
        ),
        pytest.param(
            {"CertificateDetails": issued(RSA4096), "status": "pending-reboot"},
            ALL,
            "WARNING",
            ["A restart may put rds.force_ssl=1 into effect"],
            [],
            id="that restart is not ordered where it enforces TLS",
        ),
        pytest.param(
            {"CACertificateIdentifier": None, "CertificateDetails": None, "DBInstanceStatus": "creating"},
            ALL,
            "NOT_OBSERVED",
            ["Nothing, while it is being created"],
            [],
            id="an instance that has no CA yet needs no permission",
        ),
        pytest.param(
            {"PendingModifiedValues": {"CACertificateIdentifier": ECC384}},
            ALL,
            "WARNING",
            ["Before the change to rds-ca-ecc384-g1 comes", '"Amazon RDS eu-central-1 Root CA ECC384 G1"'],
            [],
            id="of a change that waits its root is named",
        ),
    ],
)
def test_a_ca_is_kept_left_or_awaited_with_its_root_named(
    changes: dict[str, Any], offered: Sequence[str], status: str, words: list[str], lines: list[str]
) -> None:
    said = told("ca", changes=changes, offered=offered)
    assert (said.status.value, list(said.commands)) == (status, lines)
    assert [each for each in words if each not in said.next_step] == []


def test_a_server_that_shows_the_configured_ca_awaits_no_restart() -> None:
    of = region(orders(CertificateDetails=issued(RSA4096)))["orders-prod"]
    shown = observation(of.arn, handshake(authority=RSA2048))
    assert says("ca", evidence(of, shown)).status == "PASSED"


def aurora(*authorities: str | None, **more: Any) -> dict[str, Database]:
    """A cluster `ledger` of members m0, m1... with these CAs; None: the instance was not listed."""
    names = [f"m{number}" for number in range(len(authorities))]
    listed = [
        member(name, CACertificateIdentifier=its, CertificateDetails=issued(its))
        for name, its in zip(names, authorities, strict=True)
        if its
    ]
    changes = more.pop("changes", {})
    return region(*listed, clusters=[cluster(members=dict.fromkeys(names, "in-sync"), **changes)], **more)


GIVE = (
    f"aws rds modify-db-instance --region {REGION} --db-instance-identifier {{}} --ca-certificate-identifier {{}}"
)


def test_a_cluster_whose_members_hang_from_a_retired_ca_fails_with_them() -> None:
    found_in = aurora("rds-ca-2019", "rds-ca-2019", offered=(RSA2048,))
    said = found("ca", found_in["ledger"])
    assert (said.status, said.reason) == (
        "FAILED",
        (
            "The Region does not offer the CA of members any more, retired, or unknown to it: m0 has rds-ca-2019; "
            "m1 has rds-ca-2019. It offers rds-ca-rsa2048-g1."
        ),
    )
    assert said.commands == tuple(f"{GIVE.format(each, RSA2048)} --no-apply-immediately" for each in ("m0", "m1"))
    assert ready(evidence(found_in["ledger"])).verdict is Verdict.FIX_DATABASE


def test_a_cluster_whose_members_ca_expires_is_told_so_while_the_region_still_lists_it() -> None:
    of = aurora(RSA2048, RSA2048, certificates=[certificate(RSA2048, ValidTill=EXPIRED), certificate(RSA4096)])
    said = found("ca", of["ledger"])
    assert (said.status, said.reason) == (
        "FAILED",
        "The CA rds-ca-rsa2048-g1 expired on 2026-11-23: m0 has rds-ca-rsa2048-g1; m1 has rds-ca-rsa2048-g1.",
    )
    assert said.commands == tuple(f"{GIVE.format(each, RSA4096)} --no-apply-immediately" for each in ("m0", "m1"))
    assert [found("ca", of[each]).status for each in ("m0", "m1")] == ["FAILED", "FAILED"]


@pytest.mark.parametrize(("left", "status"), [(364, "WARNING"), (366, "PASSED")])
def test_a_cluster_is_told_a_year_before_its_members_ca_expires(left: int, status: str) -> None:
    ends = certificate(ECC384, ValidTill=NOW + timedelta(days=left))
    of = aurora(ECC384, ECC384, certificates=[ends, certificate(RSA4096), certificate("rds-ca-ecc384-g2")])
    said = found("ca", of["ledger"])
    assert said.status == status
    assert found("ca", of["m0"]).status == status
    assert [GIVE.format("m0", RSA4096) in line for line in said.commands] == [True, False] * (left < 365)


def test_a_stopped_cluster_is_started_as_a_cluster() -> None:
    stopped = aurora("rds-ca-2019", RSA2048, changes={"Status": "stopped"})
    start = f"aws rds start-db-cluster --region {REGION} --db-cluster-identifier ledger"
    assert found("ca", stopped["ledger"]).commands == (start,)
    of = region(
        member("m0", DBInstanceStatus="stopped", CertificateDetails=issued(until=EXPIRED)),
        clusters=[cluster(members={"m0": "in-sync"})],
    )
    assert found("certificate-rotation", of["m0"]).commands == (start,)


def test_a_change_of_ca_that_waits_says_that_it_restarts_and_what_that_enforces() -> None:
    waiting = {"PendingModifiedValues": {"CACertificateIdentifier": RSA4096}}
    said = told("ca", changes={"status": "pending-reboot", **waiting}, version=RESTARTS)
    assert said.next_step.startswith(
        "Before the change to rds-ca-rsa4096-g1 comes, in the maintenance window, have "
    )
    assert "The server restarts for that, which interrupts every connection." in said.next_step
    assert "A restart may put rds.force_ssl=1 into effect, which cuts off clients without TLS" in said.next_step
    assert "cuts off" not in told("ca", changes=waiting, version=RESTARTS).next_step


def test_nothing_is_asked_of_who_has_it_deleted() -> None:
    ends = {"CertificateDetails": issued("rds-ca-2019", NOW + timedelta(days=2)), "DBInstanceStatus": "deleting"}
    changes = {"CACertificateIdentifier": "rds-ca-2019", **ends}
    for check in ("ca", "certificate-rotation"):
        said = told(check, changes=changes)
        assert (said.next_step, said.commands) == ("Nothing, while it is being deleted.", ())


def test_what_has_no_version_to_ask_about_is_asked_for_again() -> None:
    said = told("certificate-rotation", changes={"EngineVersion": None})
    assert said.status == "NOT_OBSERVED"
    assert said.reason.endswith("How it is renewed is not known: the API does not say how its version rotates.")
    assert said.next_step == "The next sweep asks again."


def test_an_action_that_comes_twice_is_told_once() -> None:
    said = told("certificate-rotation", actions=[maintenance(), maintenance()])
    assert said.reason.count("server-certificate-rotation") == 1


def test_members_are_given_the_ca_that_most_of_them_have() -> None:
    said = found("ca", aurora(RSA4096, RSA2048, RSA4096)["ledger"])
    assert said.status == "WARNING"
    assert said.commands == (f"{GIVE.format('m1', RSA4096)} --no-apply-immediately",)
    assert "(their tls-clients name them) trust" in said.next_step


def test_of_a_member_that_was_not_listed_the_others_still_count() -> None:
    said = found("ca", aurora(RSA2048, None)["ledger"])
    assert (said.status, said.reason) == (
        "NOT_OBSERVED",
        "The CA of m1 is not known: the instance was not listed.",
    )
    assert said.told_step == "See in the Region's not-observed why rds:DescribeDBInstances did not list it."
    assert found("ca", aurora("rds-ca-2019", None)["ledger"]).status == "FAILED"


def test_a_member_that_was_listed_and_has_no_ca_yet_needs_no_permission() -> None:
    new = member("m0", CACertificateIdentifier=None, CertificateDetails=None, DBInstanceStatus="creating")
    said = found("ca", region(new, clusters=[cluster(members={"m0": "in-sync"})])["ledger"])
    assert (said.status, said.reason) == ("NOT_OBSERVED", "AWS's API names no CA of m0.")
    assert said.told_step.startswith("Nothing, while it is being created")


def multi_az(maintained: Sequence[dict[str, Any]] = (), **changes: Any) -> dict[str, Database]:
    members = [
        instance(name, DBClusterIdentifier="maz", CertificateDetails=issued(), **MULTI_AZ)
        for name in ("writer", "reader")
    ]
    statuses = {"writer": "in-sync", "reader": "in-sync"}
    return region(
        *members, clusters=[cluster("maz", members=statuses, **(MULTI_AZ | changes))], actions=maintained
    )


def test_a_change_of_ca_that_waits_for_a_cluster_warns_of_its_members_too() -> None:
    of = multi_az(PendingModifiedValues={"CertificateDetails": {"CAIdentifier": ECC384}})
    for name in ("maz", "writer", "reader"):
        said = found("ca", of[name])
        assert (name, said.status) == (name, "WARNING")
        assert '"Amazon RDS eu-central-1 Root CA ECC384 G1"' in said.next_step
    assert ready(evidence(of["writer"])).verdict is Verdict.FIX_DATABASE


def test_a_renewal_that_waits_on_a_cluster_is_applied_there() -> None:
    waiting = maintenance("maz")["PendingMaintenanceActionDetails"]
    of = multi_az([{"ResourceIdentifier": arn("cluster", "maz"), "PendingMaintenanceActionDetails": waiting}])
    said = found("certificate-rotation", of["reader"])
    assert "RDS waits to apply server-certificate-rotation of its cluster." in said.reason
    on_the_cluster = RENEW.replace(arn("db", "orders-prod"), arn("cluster", "maz"))
    assert said.commands == (
        f"{on_the_cluster} --apply-action server-certificate-rotation --opt-in-type next-maintenance",
    )


@pytest.mark.parametrize(
    ("encrypt", "verdict"), [("0", Verdict.FIX_DATABASE), ("", Verdict.FIX_DATABASE), ("1", Verdict.CLEAR)]
)
def test_a_listener_of_babelfish_that_takes_plaintext_is_its_members_too(encrypt: str, verdict: Verdict) -> None:
    values = FORCED | {"rds.babelfish_status": "on", "babelfishpg_tds.tds_ssl_encrypt": encrypt}
    of = aurora(RSA2048, values=values)["m0"]
    readiness = ready(evidence(of))
    assert readiness.verdict is verdict
    assert ("Babelfish" in readiness.reason) is (verdict is not Verdict.CLEAR)


def test_an_expired_certificate_is_not_renewed_anew_where_the_api_says_that_it_was() -> None:
    of = region(orders())["orders-prod"]
    said = says("server-certificate", evidence(of, observation(of.arn, handshake(HandshakeOutcome.EXPIRED))))
    assert (said.status, said.commands) == ("FAILED", ())
    assert said.next_step.startswith("See whether what answers at the endpoint is this database's own server")


@pytest.mark.parametrize("outcome", ["WRONG_NAME", "SELF_SIGNED", "UNKNOWN_ISSUER", "NOT_YET_VALID", "UNTRUSTED"])
def test_a_certificate_that_rds_may_not_have_issued_is_no_reason_to_change_the_ca(outcome: str) -> None:
    of = region(orders())["orders-prod"]
    said = says("server-certificate", evidence(of, observation(of.arn, handshake(HandshakeOutcome[outcome]))))
    assert said.commands == ()
    old = orders(CACertificateIdentifier="rds-ca-2019", CertificateDetails=issued("rds-ca-2019"))
    retired = region(old)["orders-prod"]
    said = says("server-certificate", evidence(retired, observation(of.arn, handshake(HandshakeOutcome[outcome]))))
    assert bool(said.commands) is (outcome != "WRONG_NAME")


@pytest.mark.parametrize(("ciphers", "is_said"), [("ECDHE-ECDSA-AES256-GCM-SHA384", True), ("", False)])
def test_ciphers_of_ones_own_choice_must_suit_the_next_key(ciphers: str, *, is_said: bool) -> None:
    changes = {"CACertificateIdentifier": "rds-ca-ecc384-g0", "CertificateDetails": issued("rds-ca-ecc384-g0")}
    said = told("ca", changes=changes, offered=(RSA2048,), values=FORCED | {"ssl_ciphers": ciphers})
    assert ("Its ssl_ciphers must hold ciphers for the other sort of key" in said.next_step) is is_said


def test_not_all_of_its_clients_are_said_to_be_named_where_not_all_were_seen() -> None:
    of = region(orders(CACertificateIdentifier="rds-ca-2019"))["orders-prod"]
    assert "(tls-clients names them)" in found("ca", of).next_step
    assert (
        "names those that were seen, which are not all" in says("ca", replace(evidence(of), left_out=3)).next_step
    )
