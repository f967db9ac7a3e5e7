"""Runs one Lambda function for the emulator, as the Python runtime of Lambda would.

Stands in for ministack's own worker script, of which it keeps the protocol (JSON lines: one initialisation,
then an envelope for each invocation) and changes what a function notices: code comes before layers on
sys.path, nothing of the emulator's own packages is importable but what Lambda's runtime brings, errors carry
their class, and names resolve only to this machine (names.py). It runs on a bare interpreter (-I -S).
"""

import importlib
import json
import os
import runpy
import sys
import time
import traceback
from pathlib import Path
from typing import Any, TextIO


class Context:
    """What a handler gets as its context object."""

    identity = None
    client_context = None

    def __init__(self, function: dict[str, Any], invocation: dict[str, Any]) -> None:
        self.function_name = str(function["function_name"])
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = int(function["memory"])
        self.invoked_function_arn = str(invocation.get("invoked_function_arn") or function["arn"])
        self.aws_request_id = str(invocation.get("request_id", ""))
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self._deadline = time.monotonic() + float(os.environ["_LAMBDA_TIMEOUT"])

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main() -> None:
    """Initialise, then serve invocations until standard input ends."""
    # What a function prints is its log; standard output is the protocol's alone.
    answers, sys.stdout = sys.stdout, sys.stderr
    function = json.loads(sys.stdin.readline())
    sys.path[:] = _search_path(function["code_dir"]) + [entry for entry in sys.path if entry != _HERE]
    runpy.run_path(_HERE + "/names.py")["only_this_machine"]()
    os.environ.update(function["env"])
    handler, broken = None, None
    try:
        handler = getattr(importlib.import_module(function["module"]), function["handler"])
    except Exception as error:  # noqa: BLE001 - whatever a function's module raises is its initialisation error
        broken = _initialisation_error(function["module"], error)
    _say(answers, {"status": "ready", "cold": True})
    for line in sys.stdin:
        envelope = json.loads(line)
        if handler is None:
            _say(answers, {"status": "error", **(broken or {})})
        else:
            _say(answers, _invoke(handler, function, envelope["event"], envelope.get("ctx") or {}))


_HERE = str(Path(__file__).parent)


def _search_path(code: str) -> list[str]:
    """Lambda's order: the function's code, each layer, then what the runtime itself brings (boto3)."""
    layers = [Path(layer) for layer in os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep) if layer]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    site = [layer / "python" / "lib" / version / "site-packages" for layer in layers]
    found = [str(folder) for folder in [*site, *(layer / "python" for layer in layers)] if folder.is_dir()]
    return [code, *found, os.environ["LAMBDA_RUNTIME_DIR"]]


def _initialisation_error(module: str, error: Exception) -> dict[str, Any]:
    described = _describe(error)
    if isinstance(error, ImportError):
        described["error_type"] = "Runtime.ImportModuleError"
        described["error"] = f"Unable to import module '{module}': {error}"
    elif isinstance(error, SyntaxError):
        described["error_type"] = "Runtime.UserCodeSyntaxError"
    elif isinstance(error, AttributeError):
        described["error_type"] = "Runtime.HandlerNotFound"
    return described


def _invoke(handler: Any, function: dict[str, Any], event: Any, invocation: dict[str, Any]) -> dict[str, Any]:
    trace_id = invocation.get("trace_id")
    if trace_id:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
    else:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    try:
        result = handler(event, Context(function, invocation))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is its answer
        return {"status": "error", **_describe(error)}
    try:
        return {"status": "ok", "result": json.loads(json.dumps(result))}
    except (TypeError, ValueError) as error:
        message = f"Unable to marshal response: {error}"
        return {"status": "error", "error": message, "error_type": "Runtime.MarshalError", "trace": message}


def _describe(error: Exception) -> dict[str, Any]:
    # The first frame is this program's own, which Lambda's runtime doesn't show either.
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    return {
        "error": str(error),
        "error_type": type(error).__name__,
        "stack": traceback.format_tb(frames),
        "trace": "".join(traceback.format_exception(type(error), error, frames)),
    }


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
