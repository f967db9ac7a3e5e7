"""Whom a change of a parameter group cuts off, in the emulated account's table: written, and read all at once."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tlscheck.edges.aws import dynamodb, session
from tlscheck.inventory.gap import Gap, GapCause
from tlscheck.verdict.check import CheckId, Status
from tlscheck.verdict.clients import Callers
from tlscheck.verdict.finding import RememberedFinding
from tlscheck.verdict.steps import ReadCallers, Write, callers_of

from tests import storage
from tests.costing.calls import watched
from tests.kept import DAY, KEY, MEMORY, NOON, finding
from tests.local_aws.emulator.account import EmulatedAccount
from tests.refusing import refusing

OTHER = "aws:111122223333:us-east-1:db-OTHER"
TWO = Callers(('"erp" as "x" in "y", last seen without TLS on 2026-11-20', "a second"), 7, are_all=False)
NONE = Callers(are_all=True)


@pytest.fixture
def table(account: EmulatedAccount) -> Iterator[str]:
    with storage.table(account) as name:
        yield name


def written(
    table: str, callers: Callers | None, key: str = KEY, check: CheckId = CheckId.PLAINTEXT_CLIENTS
) -> None:
    noun = replace(finding(check, Status.FAILED, key), callers=callers)
    assert dynamodb.apply(table, Write(noun, None, 1), MEMORY, NOON)


def read(table: str, *keys: str) -> dict[str, tuple[RememberedFinding, ...]]:
    found = dynamodb.apply(table, ReadCallers(keys), MEMORY, NOON)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("callers", [TWO, NONE, None])
def test_whom_a_finding_names_is_read_back_by_itself_and_with_others(table: str, callers: Callers | None) -> None:
    written(table, callers)
    (alone,) = dynamodb.read(table, KEY, NOON).findings
    (beside,) = read(table, KEY, OTHER)[KEY]
    assert alone.callers == beside.callers == callers


def test_what_an_earlier_version_wrote_over_says_nothing_of_who_connects_and_commands_nothing(table: str) -> None:
    """It judges anew, and leaves alone what it does not know: in a deployment, or after somebody went back."""
    judged = replace(finding(CheckId.PLAINTEXT_CLIENTS, Status.FAILED), callers=NONE)
    judged = replace(judged, finding=replace(judged.finding, commands=("aws rds reboot-db-instance",)))
    assert dynamodb.apply(table, Write(judged, None, 1), MEMORY, NOON)
    (before,) = dynamodb.read(table, KEY, NOON).findings
    assert (before.callers, before.finding.commands) == (NONE, ("aws rds reboot-db-instance",))
    session.client("dynamodb").update_item(
        TableName=table,
        Key={"pk": {"S": KEY}, "sk": {"S": "finding#plaintext-clients"}},
        UpdateExpression="SET observed_at = :later",
        ExpressionAttributeValues={":later": {"S": (NOON + DAY).isoformat()}},
    )
    (after,) = dynamodb.read(table, KEY, NOON + DAY).findings
    assert after.observed_at == NOON + DAY
    assert (after.callers, after.finding.commands) == (None, ())


def test_what_is_read_of_others_is_who_connects_and_nothing_else(table: str) -> None:
    written(table, TWO)
    written(table, NONE, check=CheckId.TLS_CLIENTS)
    written(table, None, check=CheckId.CA)
    written(table, NONE, OTHER)
    found = read(table, KEY, OTHER, "aws:111122223333:us-east-1:db-NOBODY")
    assert {key: sorted(each.finding.check for each in of_key) for key, of_key in found.items()} == {
        KEY: ["plaintext-clients", "tls-clients"],
        OTHER: ["plaintext-clients"],
    }


def test_fifty_servers_are_read_in_one_call(table: str) -> None:
    keys = tuple(f"aws:111122223333:us-east-1:db-{number:03}" for number in range(50))
    written(table, TWO, keys[-1])
    with watched() as calls:
        found = read(table, *keys)
    assert [each.name for each in calls] == ["dynamodb:BatchGetItem"]
    assert list(found) == [keys[-1]]


def test_what_has_expired_or_cannot_be_read_is_not_known_and_costs_no_other(
    account: EmulatedAccount, table: str
) -> None:
    written(table, TWO)
    written(table, NONE, OTHER)
    place = {"pk": {"S": KEY}, "sk": {"S": "finding#plaintext-clients"}}
    client = storage.client_of(account, "dynamodb")
    client.update_item(
        TableName=table,
        Key=place,
        UpdateExpression="SET callers = :odd",
        ExpressionAttributeValues={":odd": {"S": "of another version"}},
    )
    assert list(read(table, KEY, OTHER)) == [OTHER]
    late = dynamodb.apply(table, ReadCallers((OTHER,)), MEMORY, NOON + 91 * DAY)
    assert late == {}


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("AccessDeniedException", GapCause.PERMISSION),
        ("ProvisionedThroughputExceededException", GapCause.THROTTLED),
    ],
)
def test_a_table_that_refuses_says_why(table: str, code: str, cause: GapCause) -> None:
    with refusing("dynamodb", "BatchGetItem", code, "no"):
        answer = dynamodb.apply(table, ReadCallers((KEY,)), MEMORY, NOON)
    assert answer == Gap("dynamodb:BatchGetItem", f"{code}: no", cause)


def test_what_a_busy_table_leaves_out_is_asked_for_once_more(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written(table, TWO)
    written(table, NONE, OTHER)
    client, asked = session.client("dynamodb"), []
    real = client.batch_get_item

    def busy(**request: object) -> object:
        """Answers the first place of each request, and leaves the others."""
        keys = request["RequestItems"][table]["Keys"]  # type: ignore[index]
        asked.append(len(keys))
        answer = real(RequestItems={table: {"Keys": keys[:1]}})
        return answer | {"UnprocessedKeys": {table: {"Keys": keys[1:]}} if keys[1:] else {}}

    monkeypatch.setattr(client, "batch_get_item", busy)
    found = read(table, KEY, OTHER)
    # plaintext-clients and tls-clients of each: after two requests of four places two are not known.
    assert asked == [4, 3]
    assert list(found) == [KEY]


def test_a_group_is_read_once_for_all_databases_of_a_batch(table: str) -> None:
    written(table, TWO)
    asked: dynamodb.Asked = {}
    with watched() as calls:
        for _ in range(3):
            dynamodb.run(table, callers_of((KEY, OTHER)), MEMORY, asked)
        dynamodb.run(table, callers_of((OTHER,)), MEMORY, asked)
    assert [each.name for each in calls] == ["dynamodb:BatchGetItem"] * 2


def test_the_item_of_a_finding_holds_names_a_count_and_whether_they_are_all(
    account: EmulatedAccount, table: str
) -> None:
    written(table, TWO)
    place = {"pk": {"S": KEY}, "sk": {"S": "finding#plaintext-clients"}}
    item = storage.client_of(account, "dynamodb").get_item(TableName=table, Key=place)["Item"]
    assert json.loads(json.dumps(item["callers"])) == {
        "M": {
            "names": {"L": [{"S": TWO.names[0]}, {"S": "a second"}]},
            "count": {"N": "7"},
            "all": {"BOOL": False},
        }
    }
