"""A Region that hangs, or answers too slowly, is left after a while, whatever retries there would be."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from botocore.config import Config
from tlscheck.edges.aws import patience, rds, session

from tests.local_aws.emulator.account import EmulatedAccount

IMPATIENT = Config(connect_timeout=1, read_timeout=0.3, retries={"mode": "standard", "total_max_attempts": 10})


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes requests and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        kept: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    kept.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for each in kept:
            each.close()


def test_a_region_that_hangs_is_left_after_its_silence(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SILENCE", 0.5)
    with silent() as url:
        client = account.client("rds", "eu-central-1", endpoint_url=url, config=IMPATIENT)
        began = time.monotonic()
        found = rds.describe(client)
        took = time.monotonic() - began
    assert took < 5  # ten attempts and their pauses would be more than twenty
    first, *others = found.gaps
    assert first.operation == "rds:DescribeCertificates"
    assert first.reason.startswith("the Region gave no answer for 0.5 seconds (ReadTimeoutError: ")
    assert {each.reason for each in others} == {f"not asked any more: {first.reason}"}
    assert len(others) == 3


def test_a_region_that_takes_for_ever_is_listed_as_far_as_it_came(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = count(0, 40)  # each look at the clock is forty seconds later
    monkeypatch.setattr(patience, "monotonic", lambda: next(moments))
    monkeypatch.setattr(patience, "SILENCE", 1000)
    account.set_rds({"eu-central-1": {}})
    found = rds.describe(account.client("rds", "eu-central-1"))
    assert [(gap.operation, gap.reason) for gap in found.gaps] == [
        ("rds:DescribeDBClusters", "the Region was asked for 180 seconds"),
        ("rds:DescribeDBProxies", "not asked any more: the Region was asked for 180 seconds"),
    ]
    assert account.take_calls()["eu-central-1"] == {"rds:DescribeCertificates": 1, "rds:DescribeDBInstances": 1}


def test_a_client_is_as_before_once_its_region_is_described(
    account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.set_rds({"eu-central-1": {}})
    client = session.client("rds", region="eu-central-1")
    assert rds.describe(client).gaps == rds.describe(client).gaps == ()
    monkeypatch.setattr(patience, "AT_ALL", -1)
    assert client.describe_certificates()["Certificates"]
