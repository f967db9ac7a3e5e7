"""What ministack lacks and this project needs: one module or package per gap, each saying what it stands in for.

`fill` puts all of them in place before the emulator serves its first request. tests/test_emulator_gaps.py
fails when ministack no longer has one of these gaps.
"""

from tests.local_aws.emulator.gaps import (
    iam_login,
    lambda_errors,
    lambda_workers,
    logs,
    map_concurrency,
    metric_math,
    organisation,
    parameter_paths,
    rds,
    regions,
    schedules,
    secret_keys,
    security_hub,
    stopped_executions,
    stream_failures,
    transport,
)

_GAPS = (
    regions,
    rds,
    security_hub,
    lambda_workers,
    map_concurrency,
    lambda_errors,
    schedules,
    stream_failures,
    iam_login,
    metric_math,
    parameter_paths,
    transport,
    secret_keys,
    stopped_executions,
    organisation,
    logs,
)


def fill() -> None:
    """Register every stand-in with the ministack of this process."""
    for gap in _GAPS:
        gap.fill()
