"""BuildTrustStore, opened with the files of events/ and with bad ones, in an emulated account."""

import hashlib
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tlscheck.edges.stores.files import parse
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.inventory.bad_request import BadRequest

from tests import storage, template
from tests.local_aws.emulator.account import EmulatedAccount

EVENTS = sorted((Path(__file__).parent.parent / "events").glob("build_trust_store_*.json"))
CONTEXT = SimpleNamespace(aws_request_id="7d6a3c52-0000-4000-8000-000000000000")


class Stage:
    """BuildTrustStore in an account, and the bucket that it writes to."""

    def __init__(self, account: EmulatedAccount, bucket: str) -> None:
        self.bucket = bucket
        self._client = storage.client_of(account, "s3")
        self._door = importlib.reload(importlib.import_module("build_trust_store"))

    def open(self, event: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._door.handler(event, CONTEXT)
        assert len(json.dumps(answer)) < 6 * 1024 * 1024
        return answer

    def objects(self) -> dict[str, bytes]:
        listed = self._client.list_objects_v2(Bucket=self.bucket).get("Contents", [])
        return {
            each["Key"]: self._client.get_object(Bucket=self.bucket, Key=each["Key"])["Body"].read()
            for each in listed
        }


@pytest.fixture
def stage(account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with storage.bucket(account) as bucket:
        monkeypatch.setenv("BUCKET", bucket)
        yield Stage(account, bucket)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_each_event_makes_what_it_asks_for(stage: Stage, path: Path) -> None:
    event = json.loads(path.read_text())
    answer = stage.open(event)
    objects = stage.objects()
    assert all(
        key.startswith(f"trust-stores/{answer['folder'].removeprefix('trust-stores/')}/") for key in objects
    )
    sums = objects.pop(f"{answer['folder']}/SHA256SUMS").decode()
    told = {each["path"]: each for each in answer["files"]}
    assert told.keys() == {f"s3://{stage.bucket}/{key}" for key in objects}
    for key, content in objects.items():
        each = told[f"s3://{stage.bucket}/{key}"]
        assert (each["bytes"], each["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert f"{each['sha256']}  {key.removeprefix(answer['folder'] + '/')}\n" in sums
    assert {each["format"] for each in answer["files"]} == set(event.get("formats", ["pem"]))
    assert {each["format"] for each in answer["use"]} == {each["format"] for each in answer["files"]}
    regions = {each["region"] for each in answer["certificates"]} - {None}
    assert regions == set(event.get("regions", {root.region for root in roots() if root.region}))
    assert answer["fetch"] == f"aws s3 cp --recursive s3://{stage.bucket}/{answer['folder']}/ ."


def test_every_certificate_that_is_listed_is_in_the_keystore(stage: Stage) -> None:
    answer = stage.open({"regions": ["eu-central-1"], "formats": ["pkcs12"], "proxy": True})
    store = parse(stage.objects()[f"{answer['folder']}/rds-ca.p12"])
    assert [entry.sha256 for entry in store.entries] == [each["sha256"] for each in answer["certificates"]]
    assert len(store.entries) == 8
    assert all(entry.is_for_java for entry in store.entries)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({"regions": ["xx-moon-1"]}, "regions: 'xx-moon-1' is not allowed; allowed: Regions that"),
        ({"regions": ["Frankfurt"]}, r"regions\[0\]: 'Frankfurt' is not allowed"),
        ({"regions": []}, r"regions: \[\] is not allowed"),
        ({"formats": ["zip"]}, r"formats\[0\]: 'zip' is not allowed; allowed: some of pem, der, pkcs12"),
        ({"authorities": ["rds-ca-2019"]}, "authorities"),
        ({"name": "../evil"}, "name: '../evil' is not allowed"),
        ({"name": "a\n"}, "name"),
        ({"proxy": "yes"}, "proxy: 'yes' is not allowed"),
        ({"present": "hello"}, "present: no trust store that tlscheck knows"),
        ({"present": "-----BEGIN PRIVATE KEY-----"}, "present: .* is not allowed; allowed: a trust store with"),
        ({"colour": "red"}, "unknown key in event: 'colour'"),
        ([], "event"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_nothing_is_written(stage: Stage, event: Any, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        stage.open(event)
    assert stage.objects() == {}


def test_it_may_write_trust_stores_and_nothing_else() -> None:
    (policy,) = template.load()["Resources"]["BuildTrustStore"]["Properties"]["Policies"]
    allowed = {each["Action"]: each["Resource"] for each in policy["Statement"] if each["Effect"] == "Allow"}
    assert allowed == {
        "s3:PutObject": {"Fn::Sub": "${Bucket.Arn}/trust-stores/*"},
        "kms:GenerateDataKey": {"Fn::If": ["MakesKey", {"Fn::GetAtt": ["Key", "Arn"]}, {"Ref": "KeyArn"}]},
    }
