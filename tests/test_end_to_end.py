"""The main job on the real thing: this template deployed, real servers and clients, IAM enforced, whole sweeps.

What the emulated account does not enforce of IAM stands in tests/local_aws/unchecked_grants.py.
"""

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from botocore.exceptions import ClientError
from tlscheck.inventory.offset import offset
from tlscheck.reporting.report_schema import SCHEMA

from tests import template
from tests.local_aws.demo import by_log_alone
from tests.local_aws.emulator.account import REGION
from tests.local_aws.expectations import mismatches
from tests.local_aws.fleet.clients import Client, Driver, Tls
from tests.local_aws.fleet.databases import DATABASES, EMPTY_REGIONS
from tests.local_aws.fleet.drivers import Drivers
from tests.local_aws.hub_expectations import about, about_what, hub_mismatches
from tests.local_aws.stack import Execution, LocalStack, local_stack
from tests.local_aws.unchecked_grants import UNCHECKED, UNCHECKED_CONDITIONS

EVENTS = Path(__file__).parent.parent / "events"
PATIENCE = 30.0


@pytest.fixture(scope="module")
def deployed() -> Iterator[tuple[LocalStack, Execution]]:
    """The local stack with IAM enforced, as far as the emulator can, and the sweep that its schedule started."""
    with local_stack(enforce_iam=True) as stack:
        yield stack, stack.wait_for_scheduled_sweep()


@pytest.fixture
def stack(deployed: tuple[LocalStack, Execution]) -> LocalStack:
    """The stack, after its first sweep."""
    return deployed[0]


@pytest.fixture
def unique() -> str:
    """A name that no other sweep has."""
    return f"test-{time.time_ns()}"


def wrong(stack: LocalStack, ended: Execution, identifiers: set[str] | None = None) -> list[str]:
    """What a sweep of everything, or of these databases alone, got wrong."""
    assert ended.status == "SUCCEEDED", ended.error
    expected, findings = stack.fleet.expected, stack.findings()
    if identifiers is not None:
        arns = {arn(stack, identifier) for identifier in identifiers}
        expected = {each: wanted for each, wanted in expected.items() if each in arns}
        findings = {each: checks for each, checks in findings.items() if each in arns}
    report = stack.object(ended.output["report"])
    jsonschema.validate(report, SCHEMA)
    return mismatches(expected, findings, report)


MOMENTS = {
    *("first_observed_at", "changed_at", "announced_at", "observed_at", "expires_at", "not_observed_since"),
    *("listed_at", "looked_at", "concluded_at", "due", "sent_at", "delivered_at", "delivered_as", "version", "at"),
    *("as_of", "read_at", "covered_spans", "a_day", "a_day_until", "looks", "late"),
}


def lasting(items: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """The table without its moments: what two sweeps of the same account must agree on."""
    return {
        (item["pk"], item["sk"]): {
            name: _reasons(value) if name == "hole_spans" else _timeless(value)
            for name, value in item.items()
            if name not in MOMENTS
        }
        for item in items
        # Of a sweep's own: that it runs, what it left out, and when each batch looked.
        if item["pk"].split()[0] not in {"running", "skipped", "noted"}
    }


def _timeless(value: Any) -> Any:
    """An attribute; of a document its first level without moments, and a log's lists without theirs."""
    if not isinstance(value, str):
        return value
    if not value.startswith("{"):
        return re.sub(r"\b[0-9a-f]{13} [0-9a-f]{13}\b", "", value)
    return {name: each for name, each in json.loads(value).items() if name not in MOMENTS}


def _reasons(holes: str) -> set[str]:
    """Why a log does not tell, but for when nobody connected, which is another time at each sweep."""
    return {line.split(" ")[0] for line in holes.splitlines()} - {
        "no%20line%20of%20any%20connection%20in%20that%20time"
    }


def arn(stack: LocalStack, identifier: str) -> str:
    return stack.fleet.arn(identifier)


def as_a_whole(stack: LocalStack, region: str) -> str:
    """ARN of a Region."""
    return f"arn:aws:rds:{region}:{stack.fleet.account}:region"


def eventually[Seen](look: Callable[[], Seen], satisfied: Callable[[Seen], bool]) -> Seen:
    """What a look shows once it satisfies, or at the end of patience."""
    end = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if satisfied(seen) or time.monotonic() > end:
            return seen
        time.sleep(0.2)


def forget(stack: LocalStack, arns: set[str] | None = None) -> None:
    """Delete what the table holds, of some resources or of all."""
    client = stack.account.client("dynamodb")
    items = stack.items()
    keys = {item["pk"] for item in items if item.get("resource") in (arns or ())}
    assert keys or not arns, f"nothing is remembered of {arns}"
    for item in items:
        if arns is None or item["pk"] in keys:
            client.delete_item(TableName=stack.table, Key={"pk": {"S": item["pk"]}, "sk": {"S": item["sk"]}})


def empty_hubs(stack: LocalStack, regions: Iterable[str]) -> None:
    """No hub holds anything any more, whatever earlier tests had archived there."""
    settled(stack)
    for region in regions:
        hub = stack.account.client("securityhub", region)
        hub.disable_security_hub()
        hub.enable_security_hub()


@contextmanager
def taken_away(stack: LocalStack, role: str, action: str) -> Iterator[None]:
    """One action less in the policies of a function's role, until the end of the block."""
    client = stack.account.client("iam")
    name = stack.stack.resources[role]
    policies = {
        policy: client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        for policy in client.list_role_policies(RoleName=name)["PolicyNames"]
    }
    removed = 0
    for policy, document in policies.items():
        statements = []
        for statement in document["Statement"]:
            actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
            left = [each for each in actions if each != action]
            removed += len(actions) - len(left)
            if left:
                statements.append({**statement, "Action": left})
        _put(client, name, policy, {**document, "Statement": statements})
    assert removed, f"{role} has no {action} to take away"
    try:
        yield
    finally:
        for policy, document in policies.items():
            _put(client, name, policy, document)


def acting_as(stack: LocalStack, role: str, service: str) -> Any:
    """A client with the rights of one of the stack's roles."""
    role_arn = stack.account.client("iam").get_role(RoleName=stack.stack.resources[role])["Role"]["Arn"]
    assumed = stack.account.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]
    return stack.account.client(
        service,
        aws_access_key_id=assumed["AccessKeyId"],
        aws_secret_access_key=assumed["SecretAccessKey"],
        aws_session_token=assumed["SessionToken"],
    )


def _put(client: Any, role: str, policy: str, document: dict[str, Any]) -> None:
    if document["Statement"]:
        client.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
    else:
        client.delete_role_policy(RoleName=role, PolicyName=policy)


def test_the_schedule_starts_a_sweep_that_finds_exactly_what_each_kind_of_database_is(
    deployed: tuple[LocalStack, Execution], unique: str
) -> None:
    stack, scheduled = deployed
    assert scheduled.status == "SUCCEEDED", scheduled.error
    assert wrong(stack, stack.sweep(unique)) == []


def test_who_connects_only_between_looks_is_found_by_the_servers_log(
    deployed: tuple[LocalStack, Execution],
) -> None:
    stack, _ = deployed
    findings = stack.findings()
    visitors = [(database, visitor) for database in DATABASES for visitor in database.visitors]
    assert {visitor.client.tls for _, visitor in visitors} == {Tls.VERIFIED, Tls.PREFERRED, Tls.NONE}
    for database, visitor in visitors:
        client, of_one = visitor.client, findings[arn(stack, database.identifier)]
        if not visitor.is_let_in:
            assert f'"{client.user}" in "postgres" from {client.address}' in of_one["refusing-clients"]["reason"]
            continue
        check, how = ("tls-clients", "with") if client.tls is Tls.VERIFIED else ("plaintext-clients", "without")
        who = f'"{client.application}" as "{client.user}" in "postgres"'
        told = f"{who} from {client.address}, by log only, last {how} TLS on"
        assert told in of_one[check]["reason"]


def test_the_readme_shows_who_the_log_alone_tells_of_as_the_demonstration_does(
    deployed: tuple[LocalStack, Execution],
) -> None:
    stack, scheduled = deployed
    told = by_log_alone(stack.object(scheduled.output["report"]))
    readme = (EVENTS.parent / "README.md").read_text()
    assert "```text\n" + "\n".join(told[1:]) + "\n```" in readme


def test_the_stack_its_report_and_its_probes_name_one_version(deployed: tuple[LocalStack, Execution]) -> None:
    stack, scheduled = deployed
    report = stack.object(scheduled.output["report"])
    assert (stack.stack.outputs["Version"], report["tlscheck"]["version"]) == ("0.7.0", "0.7.0")
    assert {each["version"] for each in report["probes"]} == {"0.7.0"}
    # The fleet's private roots are in the bundle too, which is said: it is not the one that we ship.
    bundles = {each["bundle"]: each["source"] for each in report["tlscheck"]["roots"]}
    assert bundles["aws.pem"] == "not known: it is not the file that provenance.json describes"
    assert bundles["proxy.pem"].startswith("npm package ")
    looked = [row for row in report["databases"] if row["certificate"].startswith("TRUSTED")]
    assert {row["probe_version"] for row in looked} == {"0.7.0"}


def test_a_second_sweep_adds_nothing_and_duplicates_nothing(stack: LocalStack, unique: str) -> None:
    stack.sweep(f"{unique}-1")
    before = lasting(stack.items())
    ended = stack.sweep(f"{unique}-2")
    assert wrong(stack, ended) == []
    assert lasting(stack.items()) == before
    assert all(row["announced"] == [] for row in stack.object(ended.output["report"])["databases"])


def test_every_finding_is_held_once_and_as_it_must_be_by_the_security_hub_of_its_region(
    stack: LocalStack, unique: str
) -> None:
    empty_hubs(stack, stack.regions())
    forget(stack)
    stack.sweep(unique)
    arrived = stack.wait_for_security_hub()
    assert hub_mismatches(stack.fleet.expected, stack.findings(), arrived) == []


def test_a_finding_in_a_hub_carries_what_was_listed_of_its_database(stack: LocalStack) -> None:
    arrived = stack.wait_for_security_hub()
    resources = [each["Resources"][0] for found in arrived.values() for each in found]
    databases = [each for each in resources if each["Type"] in {"AwsRdsDbInstance", "AwsRdsDbCluster"}]
    assert {each["Type"] for each in databases} == {"AwsRdsDbInstance", "AwsRdsDbCluster"}
    assert [each["Id"] for each in databases if each["Type"] not in each.get("Details", {})] == []


def test_a_sample_looks_at_known_databases_and_asks_rds_alone_who_has_come_to_pause(
    stack: LocalStack, unique: str
) -> None:
    """It lists nothing: where a known instance could be made to pause, one question a Region, else none."""
    stack.account.take_calls()
    ended = stack.sweep(unique, {"depth": "sample"})
    assert wrong_verdicts(stack, ended) == []
    calls = {
        (region, name): count
        for region, counts in stack.account.take_calls().items()
        for name, count in counts.items()
        if name.startswith("rds:")
    }
    assert calls == {("us-east-1", "rds:DescribeDBClusters"): 1}


def wrong_verdicts(stack: LocalStack, ended: Execution) -> list[str]:
    """A sample's report has no clusters: only the databases that it looked at are compared."""
    assert ended.status == "SUCCEEDED", ended.error
    rows = stack.object(ended.output["report"])["databases"]
    assert rows
    expected = stack.fleet.expected
    return [f"{row['arn']}: {row['verdict']}" for row in rows if row["verdict"] != expected[row["arn"]].verdict]


def test_of_two_samples_at_once_one_looks_and_one_yields(stack: LocalStack, unique: str) -> None:
    first, second = (stack.start(f"{unique}-{each}", {"depth": "sample"}) for each in ("a", "b"))
    ended, yielded = stack.wait(first), stack.wait(second)
    assert wrong_verdicts(stack, ended) == []
    assert yielded.status == "SUCCEEDED", yielded.error
    assert yielded.output["batches"] == 0
    told = f"an earlier sample was still under way: {unique}-a, since "
    assert yielded.output["skipped"].startswith(told)
    # Nothing is kept of it, and of the other nothing for long.
    assert keys_of(stack, f"{unique}-b") == set()
    kept = keys_of(stack, f"{unique}-a")
    assert kept > {f"samples/{unique}-a/{name}.json" for name in ("plan", "report", "sweep")}
    assert {key.split("/")[0] for key in kept} == {"samples"}


def test_a_sample_of_the_schedule_waits_for_its_moment_and_one_by_hand_does_not(
    stack: LocalStack, unique: str
) -> None:
    """On the emulated Step Functions a Wait waits: so a name is taken whose moment is soon."""
    given = template.scheduled("sample")
    name, drawn = next(
        (each, seconds)
        for each in (f"{unique}-{number}" for number in range(100_000))
        if 8 <= (seconds := offset(each, given["schedule"]).total_seconds()) <= 12
    )
    started = datetime.now(UTC)
    waiting = stack.start(name, given)
    by_hand = stack.object(stack.sweep(f"{unique}-by-hand", {"depth": "sample"}).output["report"])
    ended = stack.wait(waiting)
    assert wrong_verdicts(stack, ended) == []
    report = stack.object(ended.output["report"])
    assert (by_hand["offset_seconds"], report["offset_seconds"]) == (0, drawn)
    assert datetime.fromisoformat(by_hand["sweep"]["started_at"]) < started + timedelta(seconds=drawn)
    # So late is it in all that it says: when it began, and when each server was looked at.
    begun = datetime.fromisoformat(report["sweep"]["started_at"])
    assert started + timedelta(seconds=drawn - 1) <= begun < started + timedelta(seconds=drawn + 5)
    looks = [datetime.fromisoformat(each["looked_at"]) for each in report["databases"] if each["looked_at"]]
    assert max(looks) >= begun - timedelta(seconds=1)
    seen = [each for each in by_hand["databases"] if each["looked_at"]]
    assert seen
    assert max(looks) > max(datetime.fromisoformat(each["looked_at"]) for each in seen)


def test_a_sample_beside_a_full_sweep_yields_and_is_told_of_once(stack: LocalStack, unique: str) -> None:
    stack.sweep(f"{unique}-before")
    full, sample = stack.start(f"{unique}-full"), stack.start(f"{unique}-sample", {"depth": "sample"})
    yielded = stack.wait(sample)
    assert yielded.output["skipped"].startswith(f"a full sweep was under way: {unique}-full, since ")
    reports = [stack.wait(full), stack.sweep(f"{unique}-next"), stack.sweep(f"{unique}-last")]
    told = [stack.object(each.output["report"])["skipped_samples"] for each in reports]
    # By the report of the sweep in its way, unless that was written already.
    assert [(each["reason"], each["count"]) for each in told[0] + told[1]] == [("a full sweep was under way", 1)]
    assert told[2] == []


@pytest.mark.parametrize("action", ["states:ListExecutions", "states:DescribeExecution"])
def test_without_the_right_to_see_other_sweeps_a_sample_looks_and_says_so(
    stack: LocalStack, unique: str, action: str
) -> None:
    with taken_away(stack, "DiscoverRole", action):
        full = stack.start(f"{unique}-full")
        ended = stack.sweep(f"{unique}-sample", {"depth": "sample"})
        stack.wait(full)
    assert "skipped" not in ended.output
    (gap,) = stack.object(ended.output["report"])["gaps"]
    assert gap["operation"] == action, gap
    assert "AccessDenied" in gap["reason"]


CLUSTERS_WITHOUT_A_VPC = ("startup-express", "archive-serverless", "events-limitless")


def test_without_the_right_to_see_probes_a_sample_looks_everywhere_and_says_so(
    stack: LocalStack, unique: str
) -> None:
    with taken_away(stack, "DiscoverRole", "ssm:GetParametersByPath"):
        ended = stack.sweep(unique, {"depth": "sample"})
    assert wrong_verdicts(stack, ended) == []
    report = stack.object(ended.output["report"])
    assert {each["operation"] for each in report["gaps"]} == {"ssm:GetParametersByPath"}
    without = stack.object(stack.sweep(f"{unique}-allowed", {"depth": "sample"}).output["report"])
    left_out = {row["arn"] for row in report["databases"]} - {row["arn"] for row in without["databases"]}
    # In a VPC without a probe, and in none.
    unreached = {"db:warehouse-prod"} | {f"cluster:{each}" for each in CLUSTERS_WITHOUT_A_VPC}
    assert left_out == {f"arn:aws:rds:{REGION}:{stack.fleet.account}:{each}" for each in unreached}


def keys_of(stack: LocalStack, sweep: str) -> set[str]:
    """What lies in the bucket of a sweep."""
    pages = stack.account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=stack.bucket)
    found = (each["Key"] for page in pages for each in page.get("Contents", []))
    return {key for key in found if key.split("/")[1] == sweep}


def test_a_sweep_killed_half_way_and_another_leave_the_table_as_one_clean_sweep_would(
    stack: LocalStack, unique: str
) -> None:
    stack.sweep(f"{unique}-clean")
    clean = lasting(stack.items())
    forget(stack)
    killed = stack.start(f"{unique}-killed")
    half = eventually(stack.items, lambda items: 0 < len(items) < len(clean))
    stack.account.client("stepfunctions").stop_execution(executionArn=killed)
    assert stack.wait(killed).status == "ABORTED"
    assert len(half) < len(clean)
    assert wrong(stack, stack.sweep(f"{unique}-next")) == []
    assert lasting(stack.items()) == clean


FAILING = ["force-ssl", "lost-encryption", "plaintext-clients", "refusing-clients", "tls-versions"]
"""What is FAILED or WARNING of billing-staging."""


def test_without_the_right_to_import_findings_the_table_says_why_none_arrive(
    stack: LocalStack, unique: str
) -> None:
    def checks() -> list[dict[str, Any]]:
        found = stack.findings().get(arn(stack, "billing-staging"), {})
        return [item for _, item in sorted(found.items()) if "sent_at" in item]

    def are_refused(seen: list[dict[str, Any]]) -> bool:
        return [each["check"] for each in seen if "refused" in each] == FAILING

    with taken_away(stack, "DeliverRole", "securityhub:BatchImportFindings"):
        forget(stack, {arn(stack, "billing-staging")})
        stack.sweep(f"{unique}-1", {"databases": ["billing-staging"]})
        seen = eventually(checks, are_refused)
        ended = stack.sweep(f"{unique}-2", {"depth": "sample", "databases": ["billing-staging"]})
        told = stack.object(ended.output["report"])["undelivered"]
    assert are_refused(seen), seen
    for each in seen:
        assert "delivered_at" not in each
        assert each["refused"]["reason"].startswith("AccessDenied")
        assert "securityhub:BatchImportFindings" in each["refused"]["reason"]
    assert {(each["resource"], each["check"]) for each in told} >= {
        (arn(stack, "billing-staging"), each["check"]) for each in seen
    }
    # What a hub lacks is sent again by the next full sweep, whether it changed or not.
    stack.sweep(f"{unique}-3", {"databases": ["billing-staging"]})
    seen = eventually(checks, lambda found: all("delivered_at" in each for each in found))
    assert [each["check"] for each in seen if "refused" in each or "delivered_at" not in each] == []
    ended = stack.sweep(f"{unique}-4", {"databases": ["billing-staging"]})
    assert stack.object(ended.output["report"])["undelivered"] == []


def shown(stack: LocalStack, region: str = REGION) -> set[tuple[str, str, str]]:
    """What the Security Hub of a Region shows as active."""
    return {about_what(region, each) for each in stack.security_hub(region) if each["RecordState"] == "ACTIVE"}


def failing(stack: LocalStack) -> set[tuple[str, str, str]]:
    """What must be shown by default of the fleet in the Region of the stack."""
    return {
        about(of, check)
        for of, each in stack.fleet.expected.items()
        for check, status in each.findings.items()
        if f":{REGION}:" in of and status.value in {"FAILED", "WARNING"}
    }


def settled(stack: LocalStack) -> None:
    """Waits until nothing is left to be sent."""
    assert eventually(lambda: [item for item in stack.items() if "due" in item], lambda found: not found) == []


IN_REGION = {"regions": [REGION]}


def test_a_security_hub_that_was_off_is_sent_what_belongs_there_once_it_is_on_again(
    stack: LocalStack, unique: str
) -> None:
    wanted = failing(stack)
    assert len(wanted) > 15
    stack.sweep(f"{unique}-before", IN_REGION)
    assert eventually(lambda: shown(stack), lambda found: found == wanted) == wanted
    hub = stack.account.client("securityhub")
    hub.disable_security_hub()
    try:
        ended = stack.sweep(f"{unique}-off", IN_REGION)
        assert stack.object(ended.output["report"])["without_hub"] == [REGION]
    finally:
        hub.enable_security_hub()
    assert shown(stack) == set()
    ended = stack.sweep(f"{unique}-on", IN_REGION)
    assert stack.object(ended.output["report"])["without_hub"] == []
    assert eventually(lambda: shown(stack), lambda found: found == wanted) == wanted


@contextmanager
def told_otherwise(stack: LocalStack, functions: dict[str, dict[str, str]]) -> Iterator[None]:
    """Functions that were deployed with other parameters, until the end of the block."""
    client = stack.account.client("lambda")
    names = {function: stack.stack.resources[function] for function in functions}
    before = {
        function: client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        for function, name in names.items()
    }
    try:
        for function, variables in functions.items():
            changed = {"Variables": before[function] | variables}
            client.update_function_configuration(FunctionName=names[function], Environment=changed)
        yield
    finally:
        for function, name in names.items():
            client.update_function_configuration(FunctionName=name, Environment={"Variables": before[function]})


EVERYTHING = {"Observe": {"PUBLISH": "EVERYTHING"}}
OFF = {each: {"SECURITY_HUB": "DISABLED"} for each in ("Discover", "Observe", "Deliver")}


def imports(stack: LocalStack) -> int:
    """Calls to Security Hub since the last time that somebody asked."""
    calls = (name for found in stack.account.take_calls().values() for name in found)
    return sum(name.startswith("securityhub:") for name in calls)


def test_what_the_owner_wants_in_security_hub_is_there_after_the_next_full_sweep(
    stack: LocalStack, unique: str
) -> None:
    staging = arn(stack, "billing-staging")

    def checks() -> set[str]:
        return {about[2].removeprefix("tlscheck/") for about in shown(stack) if about[1] == staging}

    def sweep(name: str) -> None:
        stack.sweep(f"{unique}-{name}", {"databases": ["billing-staging"]})

    sweep("before")
    assert eventually(checks, lambda found: found == set(FAILING)) == set(FAILING)
    with told_otherwise(stack, EVERYTHING):
        sweep("everything")
        assert len(eventually(checks, lambda found: len(found) == 13)) == 13
    sweep("failures")
    assert eventually(checks, lambda found: found == set(FAILING)) == set(FAILING)
    with told_otherwise(stack, OFF):
        sweep("off")
        assert eventually(checks, lambda found: not found) == set()
        settled(stack)
        imports(stack)
        sweep("still-off")
        settled(stack)
        assert imports(stack) == 0
    sweep("on")
    assert eventually(checks, lambda found: found == set(FAILING)) == set(FAILING)


def test_an_outage_of_the_probe_re_opens_nothing(stack: LocalStack, unique: str) -> None:
    hub = stack.account.client("securityhub", "eu-west-1")

    def workflows() -> dict[str, tuple[str, str]]:
        found = stack.security_hub("eu-west-1")
        return {each["Id"]: (each["Workflow"]["Status"], each["Compliance"]["Status"]) for each in found}

    in_region = {"regions": ["eu-west-1"]}
    with told_otherwise(stack, EVERYTHING):
        stack.sweep(f"{unique}-before", in_region)
        settled(stack)
        product = f"arn:aws:securityhub:eu-west-1:{stack.fleet.account}:product/{stack.fleet.account}/default"
        for each in workflows():
            hub.batch_update_findings(
                FindingIdentifiers=[{"Id": each, "ProductArn": product}], Workflow={"Status": "RESOLVED"}
            )
        before = workflows()
        assert {status for status, _ in before.values()} == {"RESOLVED"}
        assert sum(compliance == "PASSED" for _, compliance in before.values()) >= 8
        with taken_away(stack, "ObserveRole", "lambda:InvokeFunction"):
            stack.sweep(f"{unique}-outage", in_region)
            statuses = {item["status"] for item in stack.findings()[arn(stack, "orders-eu")].values()}
            assert "NOT_OBSERVED" in statuses
            settled(stack)
            assert workflows() == before
        stack.sweep(f"{unique}-after", in_region)
        settled(stack)
        assert workflows() == before
    stack.sweep(f"{unique}-failures", in_region)
    assert eventually(lambda: shown(stack, "eu-west-1"), lambda found: not found) == set()


def test_what_was_sent_is_archived_when_that_is_asked_for(stack: LocalStack, unique: str) -> None:
    stack.sweep(f"{unique}-before")
    wanted = failing(stack)
    assert eventually(lambda: shown(stack), lambda found: found == wanted) == wanted
    with told_otherwise(stack, OFF):
        ended = stack.sweep(f"{unique}-retire", json.loads((EVENTS / "sweep_retire.json").read_text()))
        assert ended.status == "SUCCEEDED", ended.error
        report = stack.object(ended.output["report"])
        jsonschema.validate(report, SCHEMA)
        assert (report["retired"], report["gaps"], report["lost_batches"]) == (len(wanted), [], [])
        assert eventually(lambda: shown(stack), lambda found: not found) == set()
        settled(stack)
        again = stack.sweep(f"{unique}-again", {"retire": True})
        assert stack.object(again.output["report"])["retired"] == 0
    assert wrong(stack, stack.sweep(f"{unique}-after")) == []
    assert eventually(lambda: shown(stack), lambda found: found == wanted) == wanted


def test_without_the_right_to_list_instances_each_region_says_so_and_earlier_findings_stand(
    stack: LocalStack, unique: str
) -> None:
    stack.sweep(f"{unique}-before")
    before = stack.findings()
    with taken_away(stack, "DiscoverRole", "rds:DescribeDBInstances"):
        ended = stack.sweep(f"{unique}-denied")
    assert ended.status == "SUCCEEDED", ended.error
    after = stack.findings()
    for region in stack.regions():
        listing = after[as_a_whole(stack, region)]["not-observed"]
        assert listing["status"] == "NOT_OBSERVED"
        assert "rds:DescribeDBInstances" in listing["reason"]
        assert "AccessDenied" in listing["reason"]
    instances = {each for each in before if ":db:" in each}
    assert instances
    assert {each: after[each] for each in instances} == {each: before[each] for each in instances}
    ended = stack.sweep(f"{unique}-after")
    # Of the Regions that might have had a database, and have none, that has ended.
    empty, found = {as_a_whole(stack, region) for region in EMPTY_REGIONS}, stack.findings()
    assert [each for each in empty for item in found[each].values() if "archived_at" not in item] == []
    forget(stack, empty)
    assert wrong(stack, ended) == []


@pytest.mark.parametrize(
    ("role", "action"),
    [("ObserveRole", "lambda:InvokeFunction"), ("ProbeRole", "secretsmanager:GetSecretValue")],
)
def test_without_the_right_to_look_a_sweep_says_which_right_is_missing(
    stack: LocalStack, unique: str, role: str, action: str
) -> None:
    with taken_away(stack, role, action):
        ended = stack.sweep(f"{unique}-denied", {"databases": ["orders-prod"]})
    (row,) = stack.object(ended.output["report"])["databases"]
    assert row["verdict"] == "NOT_OBSERVED"
    assert "AccessDenied" in row["reason"]
    assert f"AccessDeniedException: {action} because no identity-based policy allows" in row["reason"]
    ended = stack.sweep(f"{unique}-after", {"databases": ["orders-prod"]})
    assert wrong(stack, ended, {"orders-prod"}) == []


SLEEPER = "sandbox-aurora-1"


def measured(stack: LocalStack, acus: float, ago: timedelta) -> None:
    """What CloudWatch says of the capacity of the database that pauses. On AWS nobody but RDS puts it there."""
    datum = {
        "MetricName": "ServerlessDatabaseCapacity",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": SLEEPER}],
        "Timestamp": datetime.now(UTC) - ago,
        "Value": acus,
    }
    stack.account.client("cloudwatch").put_metric_data(Namespace="AWS/RDS", MetricData=[datum])


def test_a_database_that_sleeps_is_not_touched_until_it_is_awake(stack: LocalStack, unique: str) -> None:
    def row(ended: Execution) -> dict[str, Any]:
        assert ended.status == "SUCCEEDED", ended.error
        rows: list[dict[str, Any]] = stack.object(ended.output["report"])["databases"]
        return {each["identifier"]: each for each in rows}[SLEEPER]

    front = stack.fleet.fronts[SLEEPER]
    assert row(stack.sweep(f"{unique}-full"))["verdict"] == "NOT_OBSERVED"
    assert stack.sweep(f"{unique}-sample", {"depth": "sample"}).status == "SUCCEEDED"
    named = stack.sweep(f"{unique}-named", {"depth": "sample", "databases": ["sandbox-aurora"]})
    assert named.status == "SUCCEEDED", named.error
    # Since the fleet stands, with all sweeps of all tests before this one: nobody knocked.
    assert front.connections == 0
    by_name = {"databases": [SLEEPER]}
    try:
        measured(stack, 0.5, timedelta(minutes=1))
        with taken_away(stack, "ObserveRole", "cloudwatch:GetMetricData"):
            denied = row(stack.sweep(f"{unique}-denied", by_name))
        assert "cloudwatch:GetMetricData: AccessDenied" in denied["reason"]
        stack.sweep(f"{unique}-sample-2", {"depth": "sample"})
        assert front.connections == 0
        awake = row(stack.sweep(f"{unique}-awake", by_name))
        assert (awake["verdict"], awake["certificate"].split()[0]) == ("CLEAR", "TRUSTED"), awake["reason"]
        assert front.connections == 1
    finally:
        # In a later minute than the one above.
        measured(stack, 0.0, timedelta())
    assert "its capacity is 0" in row(stack.sweep(f"{unique}-asleep", by_name))["reason"]
    assert front.connections == 1
    # Whoever counts next shall find it as if nobody had ever looked.
    front.connections = 0
    forget(stack, {arn(stack, SLEEPER)})
    assert wrong(stack, stack.sweep(f"{unique}-after", by_name), {SLEEPER}) == []


def test_without_the_right_to_decrypt_a_sweep_says_that_it_is_the_key(stack: LocalStack, unique: str) -> None:
    """Modelled: the emulated Secrets Manager asks for kms:Decrypt as documented (emulator/gaps/secret_keys.py)."""
    with taken_away(stack, "ProbeRole", "kms:Decrypt"):
        ended = stack.sweep(f"{unique}-denied", {"databases": ["hr-prod"]})
    (row,) = stack.object(ended.output["report"])["databases"]
    assert row["verdict"] == "NOT_OBSERVED"
    assert "its KMS key refuses, not its own policy: in the key's policy allow kms:Decrypt" in row["reason"]
    ended = stack.sweep(f"{unique}-after", {"databases": ["hr-prod"]})
    assert wrong(stack, ended, {"hr-prod"}) == []


def test_what_the_emulated_account_does_not_check_is_known(stack: LocalStack, unique: str) -> None:
    """When this fails, the account has learnt something: SECURITY.md and UNCHECKED claim less than is proven."""
    sfn, scheduler = stack.account.client("stepfunctions"), stack.account.client("scheduler")

    def executions() -> set[str]:
        listed = sfn.list_executions(stateMachineArn=stack.state_machine)["executions"]
        return {each["executionArn"] for each in listed}

    empty_hubs(stack, [REGION])
    before = executions()
    template_schedule = scheduler.list_schedules()["Schedules"][0]["Name"]
    target = scheduler.get_schedule(Name=template_schedule)["Target"]
    forget(stack, {arn(stack, "billing-staging")})
    with ExitStack() as without:
        for role, actions in UNCHECKED.items():
            for action in actions:
                without.enter_context(taken_away(stack, role, action))
        scheduler.create_schedule(
            Name=unique,
            ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={**target, "Input": json.dumps({"databases": ["billing-staging"]})},
        )
        without.callback(scheduler.delete_schedule, Name=unique)
        (execution,) = eventually(lambda: executions() - before, bool)
        assert wrong(stack, stack.wait(execution), {"billing-staging"}) == []
        # Of this database alone: of the others the hub, which is empty, is sent nothing.
        settled(stack)
        staging = arn(stack, "billing-staging")
        of_staging = [each for each in stack.security_hub(REGION) if each["Resources"][0]["Id"] == staging]
        expected = {staging: stack.fleet.expected[staging]}
        assert hub_mismatches(expected, stack.findings(), {REGION: of_staging}) == []
        nothing = {"Bucket": stack.bucket, "Key": "sweeps/no-such-sweep/report.json"}
        for role in ("ObserveRole", "ReportRole"):
            with pytest.raises(ClientError, match="NoSuchKey"):
                acting_as(stack, role, "s3").get_object(**nothing)


def test_nobody_but_report_and_alarms_may_publish_to_the_topic(stack: LocalStack) -> None:
    topic = stack.stack.outputs["Topic"]
    acting_as(stack, "ReportRole", "sns").publish(TopicArn=topic, Message="x")
    with pytest.raises(ClientError, match="AuthorizationError"):
        acting_as(stack, "ObserveRole", "sns").publish(TopicArn=topic, Message="x")
    with (
        taken_away(stack, "ReportRole", "sns:Publish"),
        pytest.raises(ClientError, match="AuthorizationError"),
    ):
        acting_as(stack, "ReportRole", "sns").publish(TopicArn=topic, Message="x")


def test_the_conditions_that_the_emulated_account_does_not_check_are_known(stack: LocalStack) -> None:
    """Deliver may write how a finding was delivered alone, Discover and Report under one key: not so there."""
    iam, client = stack.account.client("iam"), stack.account.client("dynamodb")
    foreign = {"pk": {"S": "none of theirs"}, "sk": {"S": "none of theirs"}}
    for role, condition in UNCHECKED_CONDITIONS.items():
        name = stack.stack.resources[role]
        policies = [
            iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        ]
        assert condition in json.dumps(policies)
    update = {"UpdateExpression": "SET reason = :r", "ExpressionAttributeValues": {":r": {"S": "x"}}}
    for role in ("DiscoverRole", "DeliverRole"):
        acting_as(stack, role, "dynamodb").update_item(TableName=stack.table, Key=foreign, **update)
    assert client.get_item(TableName=stack.table, Key=foreign)["Item"]["reason"] == {"S": "x"}
    acting_as(stack, "ReportRole", "dynamodb").delete_item(TableName=stack.table, Key=foreign)
    assert "Item" not in client.get_item(TableName=stack.table, Key=foreign)


def test_a_database_that_is_gone_is_archived_once_its_region_was_listed_completely(
    stack: LocalStack, unique: str
) -> None:
    stack.sweep(f"{unique}-before")
    document = stack.fleet.rds_document()
    everything = document["us-east-1"]["DBInstances"]
    remaining = [each for each in everything if each["DBInstanceIdentifier"] != "inventory-prod"]
    gone = arn(stack, "inventory-prod")
    try:
        stack.account.set_rds(document | {"us-east-1": document["us-east-1"] | {"DBInstances": remaining}})
        with taken_away(stack, "DiscoverRole", "rds:DescribeDBClusters"):
            stack.sweep(f"{unique}-partial", {"regions": ["us-east-1"]})
        assert not [item for item in stack.findings()[gone].values() if "archived_at" in item]
        ended = stack.sweep(f"{unique}-complete", {"regions": ["us-east-1"]})
        assert stack.object(ended.output["report"])["vanished"] == [gone]
        assert [item for item in stack.findings()[gone].values() if "archived_at" not in item] == []
        states = eventually(
            lambda: {
                each["RecordState"]
                for each in stack.security_hub("us-east-1")
                if [resource["Id"] for resource in each["Resources"]] == [gone]
            },
            lambda seen: seen == {"ARCHIVED"},
        )
        assert states == {"ARCHIVED"}
    finally:
        stack.account.set_rds(document)
    assert wrong(stack, stack.sweep(f"{unique}-after")) == []
    assert not [item for item in stack.findings()[gone].values() if "archived_at" in item]


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"region": ["us-east-1"]}, ["region", "regions"]),
        ({"regions": ["us-east-9"]}, ["us-east-9", "us-east-1"]),
        ({"regions": "us-east-1"}, ["regions", "us-east-1"]),
        ({"databases": ["no-such-database"]}, ["no-such-database"]),
        ({"clusters": ["no-such-*"]}, ["no-such-*", "request.clusters"]),
        ({"tags": {"team": "nobody"}}, ["team=nobody", "request.tags"]),
        ({"engines": ["mysql"]}, ["mysql", "aurora-postgresql"]),
        ({"depth": "deep"}, ["depth", "deep", "full", "sample"]),
    ],
)
def test_a_request_that_makes_no_sense_fails_with_words_and_changes_nothing(
    stack: LocalStack, unique: str, request_: dict[str, Any], words: list[str]
) -> None:
    before = stack.items()
    ended = stack.sweep(unique, request_)
    assert ended.status == "FAILED"
    assert ended.error.startswith("BadRequest")
    assert [word for word in words if word not in ended.error] == []
    assert stack.items() == before
    listed = stack.account.client("s3").list_objects_v2(Bucket=stack.bucket, Prefix=f"sweeps/{unique}/")
    assert listed["KeyCount"] == 0


@pytest.mark.parametrize("event", sorted(EVENTS.glob("sweep_*.json")), ids=lambda path: path.stem)
def test_every_sweep_in_events_runs_from_the_console(stack: LocalStack, unique: str, event: Path) -> None:
    assert stack.sweep(unique, json.loads(event.read_text())).status == "SUCCEEDED"


def test_every_event_is_answered_by_the_deployed_function_of_its_name(stack: LocalStack) -> None:
    client = stack.account.client("lambda")
    resources = template.load()["Resources"]
    functions = [name for name, body in resources.items() if body["Type"] == "AWS::Serverless::Function"]
    events = {
        event: name for name in functions for event in sorted(EVENTS.glob(f"{template.module_of(name)}_*.json"))
    }
    assert events.keys() | set(EVENTS.glob("sweep_*.json")) == set(EVENTS.iterdir())
    for event, name in events.items():
        answer = client.invoke(FunctionName=stack.stack.resources[name], Payload=event.read_bytes())
        said = answer["Payload"].read()
        assert "FunctionError" not in answer, f"{event.name}: {said}"


@contextmanager
def mailbox(stack: LocalStack, name: str) -> Iterator[Callable[[], list[dict[str, str]]]]:
    """A queue that subscribed to the stack's topic; what arrived in it since it was looked into last."""
    sqs, sns = stack.account.client("sqs"), stack.account.client("sns")
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue_arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic_may_send = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
    }
    policy = {"Version": "2012-10-17", "Statement": [{**topic_may_send, "Resource": queue_arn}]}
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(policy)})
    subscription = sns.subscribe(
        TopicArn=stack.stack.outputs["Topic"], Protocol="sqs", Endpoint=queue_arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]

    def arrived() -> list[dict[str, str]]:
        found = []
        # Report sends before its sweep ends, and the topic hands on at once: who waits here, waits for nothing.
        while got := sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for each in got:
                found.append(json.loads(each["Body"]))
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
        return found

    try:
        yield arrived
    finally:
        sns.unsubscribe(SubscriptionArn=subscription)


def test_one_message_a_sweep_goes_to_the_topic(stack: LocalStack, unique: str) -> None:
    with mailbox(stack, unique) as arrived:
        stack.sweep(unique, {"databases": ["billing-staging"]})
        (message,) = arrived()
    assert "billing-staging" in message["Message"]
    assert "<script>" not in message["Subject"]


@pytest.mark.parametrize(
    ("identifier", "tls", "mails"),
    [("ledger-aurora-2", Tls.NONE, [1, 0, 0]), ("orders-prod", Tls.VERIFIED, [0, 0, 0])],
)
def test_an_application_whose_name_is_another_each_time_sends_one_message_at_most(
    stack: LocalStack, unique: str, identifier: str, tls: Tls, mails: list[int]
) -> None:
    """One that comes without TLS is told once, when it first does; one with TLS is no news."""
    sent = []
    asked = {"depth": "sample", "databases": [identifier]}
    try:
        with mailbox(stack, unique) as arrived, Drivers(None) as drivers:
            for number in range(3):
                name = f"sidekiq 7.3 shop [{number} of 25 busy] {unique}-{number}"
                with stack.fleet.visited(drivers, identifier, Client(name, "reports", Driver.PSYCOPG, tls)):
                    ended = stack.sweep(f"{unique}-{number}", asked)
                (row,) = stack.object(ended.output["report"])["databases"]
                assert name in {client["application"] for client in row["clients"]}
                sent.append(len(arrived()))
    finally:
        forget(stack, {arn(stack, identifier)})
        assert wrong(stack, stack.sweep(f"{unique}-after", {"databases": [identifier]}), {identifier}) == []
    assert sent == mails


def test_no_log_holds_a_password_or_a_token(stack: LocalStack) -> None:
    secrets = {secret["password"] for secret in stack.fleet.secrets.values()}
    for region in ("us-east-1", "eu-west-1"):
        logs = stack.account.client("logs", region)
        groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
        lines = [
            event["message"]
            for group in groups
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
            for event in page["events"]
        ]
        if region == REGION:
            assert len(lines) > 10
        assert not [
            line for line in lines if any(secret in line for secret in secrets) or "X-Amz-Signature" in line
        ]


def alarmed_metrics() -> set[str]:
    """Metrics of our own that an alarm of the template watches, by itself or as part of a sum."""
    alarms = [each["Properties"] for each in template.load()["Resources"].values() if "Alarm" in each["Type"]]
    parts = [each.get("MetricStat", {}).get("Metric", {}) for alarm in alarms for each in alarm.get("Metrics", ())]
    return {each["MetricName"] for each in (*alarms, *parts) if each.get("Namespace") == "tlscheck"}


def counted(stack: LocalStack) -> list[dict[str, Any]]:
    """What Report has sent to CloudWatch so far, the oldest first."""
    logs = stack.account.client("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{stack.stack.name}-Report")
    events = sorted((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])
    return [json.loads(event["message"]) for event in events if "CloudWatchMetrics" in event["message"]]


def test_the_report_counts_in_metrics_what_it_says(stack: LocalStack, unique: str) -> None:
    before = len(counted(stack))
    stack.sweep(f"{unique}-narrow", {"databases": ["billing-staging"]})
    stack.sweep(f"{unique}-sample", {"depth": "sample"})
    ended = stack.sweep(f"{unique}-full")
    sent = eventually(lambda: counted(stack)[before:], lambda found: len(found) >= 2)
    assert {(each["_aws"]["CloudWatchMetrics"][0]["Namespace"], each["service"]) for each in sent} == {
        ("tlscheck", stack.stack.name)
    }
    # A part of the account counts for nothing; of a sample nothing is wrong.
    of_sample, of_full = ({metric["Name"] for metric in metrics_of(each)} for each in sent)
    assert of_sample == {"Samples"}
    # No batch was lost.
    assert alarmed_metrics() - of_full == {"Samples", "BatchesLost"}
    verdicts = ended.output["verdicts"]
    assert sent[1]["DatabasesFixClients"] == [float(verdicts["FIX_CLIENTS"])]
    assert sent[1]["FullSweeps"] == [1.0]


def metrics_of(line: dict[str, Any]) -> list[dict[str, Any]]:
    """The metrics that CloudWatch makes of a line."""
    return [metric for each in line["_aws"]["CloudWatchMetrics"] for metric in each["Metrics"]]
