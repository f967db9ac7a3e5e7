"""Stands in for MaxConcurrencyPath of a distributed Map, which ministack does not read: it runs 64 at once."""

from typing import Any

from ministack.services import stepfunctions


def fill() -> None:
    """Run as many children at once as the Map's input says."""
    run = stepfunctions._run_distributed_map

    def run_with_its_path(state: dict[str, Any], given: Any, effective: Any, *others: Any) -> Any:
        if path := state.get("MaxConcurrencyPath"):
            context = others[-1]
            state = state | {"MaxConcurrency": stepfunctions._resolve_path_or_ctx(path, effective, context)}
        return run(state, given, effective, *others)

    stepfunctions._run_distributed_map = run_with_its_path
