"""Executions of the state machine: which are running, and what each was asked."""

import json
from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING

from botocore.config import Config

from tlscheck.edges.aws import session
from tlscheck.inventory.overlap import Execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions.client import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

MOST = 1000
"""Executions that are looked through: the most recent ones."""

_SOON = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 3})
"""A sample waits for this answer, and looks without one."""


def running(state_machine: str) -> tuple[Execution, ...]:
    """The executions of a state machine (ARN) that are running, the latest first, as they were moments ago.

    Children of a distributed Map are none of them (API reference, ListExecutions: they go by the Map Run's ARN).
    What AWS refuses is raised (refusals.py).
    """
    pages = (
        _client().get_paginator("list_executions").paginate(stateMachineArn=state_machine, statusFilter="RUNNING")
    )
    listed = (each for page in pages for each in page["executions"])
    return tuple(_execution(each) for each in islice(listed, MOST))


def input_of(execution: Execution) -> object:
    """What it was started with, as data. What AWS refuses is raised; also ValueError where it is no JSON."""
    return json.loads(_client().describe_execution(executionArn=execution.arn or "")["input"])


def _execution(listed: "ExecutionListItemTypeDef") -> Execution:
    resumed = listed.get("redriveDate")
    return Execution(
        listed["name"],
        listed["startDate"].astimezone(UTC),
        resumed.astimezone(UTC) if resumed else None,
        listed["executionArn"],
    )


def _client() -> "SFNClient":
    return session.client("stepfunctions", config=_SOON)
