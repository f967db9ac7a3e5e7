"""The emulated account's CloudWatch Logs, for tests that fill it themselves."""

from typing import Any

from tests.local_aws.emulator.account import EmulatedAccount


def without_groups(account: EmulatedAccount) -> Any:
    """A client of a service without groups that behaves as by default; what it was asked before is forgotten."""
    account.steer_logs()
    client = account.client("logs")
    for group in client.describe_log_groups()["logGroups"]:
        client.delete_log_group(logGroupName=group["logGroupName"])
    account.take_calls()
    return client
