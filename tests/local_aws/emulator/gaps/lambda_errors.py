"""Stands in for the error type of a failed Lambda invocation.

ministack reports every exception as Runtime.HandlerError, so that no Retry or Catch of a state machine ever
matches the name of a class; on AWS errorType is the name of the exception's class.
"""

from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc


class _Message(str):
    """An error's message on its way through ministack, with what came along with it from the worker."""

    __slots__ = ("error_type", "stack")
    error_type: str
    stack: list[str]


def fill() -> None:
    """Carry class and stack of an exception from the worker to the invocation's answer."""
    invoke = lambda_runtime.Worker.invoke
    execute = lambda_svc._execute_function_warm

    def invoke_keeping_class(worker: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        response: dict[str, Any] = invoke(worker, *arguments, **options)
        if "error_type" in response:
            message = _Message(response["error"])
            message.error_type = response["error_type"]
            message.stack = response.get("stack", [])
            response["error"] = message
        return response

    def execute_with_class(*arguments: Any, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = execute(*arguments, **options)
        body = result.get("body")
        message = body.get("errorMessage") if result.get("error") and isinstance(body, dict) else None
        if isinstance(message, _Message):
            result["body"] = {
                "errorMessage": str(message),
                "errorType": message.error_type,
                "stackTrace": message.stack,
            }
        return result

    lambda_runtime.Worker.invoke = invoke_keeping_class
    lambda_svc._execute_function_warm = execute_with_class
