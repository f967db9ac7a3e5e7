"""Stands in for what StopExecution stops.

ministack calls a stopped execution ABORTED at once, but goes on with every item of a Map that is under way, and
an item that fails then makes the execution FAILED after all. On AWS no further state is entered, in child
executions of a distributed Map either; a function that runs is left to end.
"""

from typing import Any

from ministack.services import stepfunctions

type Execution = dict[str, Any]


def fill() -> None:
    """Start no task of a stopped execution, and let it stay stopped."""
    run_task, fail = stepfunctions._execute_task, stepfunctions._fail_execution

    def run_task_unless_stopped(state: Any, given: Any, execution: Execution, context: Any) -> Any:
        if _is_stopped(execution):
            raise stepfunctions._ExecutionError("States.TaskFailed", "the execution was stopped")
        return run_task(state, given, execution, context)

    def fail_unless_stopped(execution: Execution, error: Any, cause: Any) -> None:
        if not _is_stopped(execution):
            fail(execution, error, cause)

    stepfunctions._execute_task = run_task_unless_stopped
    stepfunctions._fail_execution = fail_unless_stopped


def _is_stopped(execution: Execution) -> bool:
    """Whether this execution, or the one whose Map it is a child of, was stopped."""
    run = stepfunctions._map_runs.get(execution.get("mapRunArn"))
    parent = stepfunctions._executions.get(run["executionArn"]) if run else execution
    return bool(parent["status"] == "ABORTED")
