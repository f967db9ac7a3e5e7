"""An SSLContext of Python, which asyncpg and pg8000 take.

Source: Python, Lib/ssl.py (create_default_context, _create_unverified_context).
"""

import ast
import json
from collections.abc import Mapping

from tlscheck.drivers.connection import IN_CODE, NotSaidError, cannot_be_read, not_marked
from tlscheck.drivers.libpq_options import echoed

CONTEXT = "SSLContext"
ANY_NAME = "SSLContext, check_hostname=False"
UNVERIFIED = "SSLContext, CERT_NONE"

_MODES = {"CERT_NONE": False, "0": False, "CERT_REQUIRED": True, "2": True, "CERT_OPTIONAL": True, "1": True}
_CLIENTS_OWN = frozenset(("purpose", "certfile", "keyfile", "password"))


def is_context(chosen: object) -> bool:
    """Whether this stands for an SSLContext: an object, or the call that makes one."""
    return isinstance(chosen, Mapping) or (isinstance(chosen, str) and "ontext" in chosen)


def context(chosen: object, kind: str) -> tuple[str, str]:
    """An SSLContext as JSON or as the call that makes one, and the file of roots that it loads.

    Raises BadRequest for what is none, and NotSaidError where only the program says it.
    """
    if isinstance(chosen, Mapping):
        return _of_object(chosen, kind)
    if isinstance(chosen, str):
        return _of_call(chosen, kind)
    raise _no_context(kind)


def _of_object(said: Mapping[str, object], kind: str) -> tuple[str, str]:
    known = {"cafile", "check_hostname", "verify_mode", "cadata", "capath"}
    if strange := next((name for name in said if name not in known | _CLIENTS_OWN), ""):
        raise cannot_be_read(kind, f"an SSLContext has no {echoed(strange)}")
    mode = str(said.get("verify_mode", "CERT_REQUIRED")).rpartition(".")[2]
    checks = said.get("check_hostname", True)
    if mode not in _MODES or not isinstance(checks, bool):
        wrong = "check_hostname" if mode in _MODES else "verify_mode"
        raise cannot_be_read(kind, f"{wrong} of its SSLContext is none that Python has")
    root = _root(said.get("cafile"), said.get("capath"), said.get("cadata"), kind)
    if not _MODES[mode]:
        return UNVERIFIED, root
    return (CONTEXT if checks else ANY_NAME), root


def _of_call(text: str, kind: str) -> tuple[str, str]:
    not_marked("ssl", text)
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        call = None
    if not isinstance(call, ast.Call):
        raise _no_context(kind)
    name = ast.unparse(call.func).removeprefix("ssl.")
    if name not in {"create_default_context", "_create_unverified_context"}:
        raise _no_context(kind)
    given = {each.arg or "**": each.value for each in call.keywords}
    if strange := next((each for each in given if each not in {"cafile", "capath", "cadata", *_CLIENTS_OWN}), ""):
        raise cannot_be_read(kind, f"ssl.{name}() has no argument {echoed(strange)}")
    purpose = [*call.args, *([given["purpose"]] if "purpose" in given else [])]
    if any(not ast.unparse(each).endswith("Purpose.SERVER_AUTH") for each in purpose):
        raise cannot_be_read(kind, f"the purpose of ssl.{name}() is not Purpose.SERVER_AUTH")
    if name == "_create_unverified_context":
        return UNVERIFIED, ""
    return CONTEXT, _root(
        _value(given.get("cafile")), _value(given.get("capath")), _value(given.get("cadata")), kind
    )


def _value(node: ast.expr | None) -> object:
    if node is None or isinstance(node, ast.Constant):
        return node.value if node else None
    raise NotSaidError("the file of roots of its SSLContext, which the program says")


def _root(file: object, directory: object, data: object, kind: str) -> str:
    if data:
        return IN_CODE
    if directory:
        raise NotSaidError("capath of its SSLContext, a directory of roots")
    if not isinstance(file, str | None):
        raise cannot_be_read(kind, "cafile of its SSLContext is no path")
    return file or ""


def _no_context(kind: str) -> Exception:
    return cannot_be_read(
        kind,
        "its SSLContext is neither ssl.create_default_context(cafile='...') nor an object with cafile, "
        "check_hostname and verify_mode",
    )


def any_name(call: str, path: str) -> str:
    """What to write before a call that takes `context`, which verifies the chain and no name."""
    made = f"context = ssl.create_default_context(cafile={json.dumps(path)})"
    return f"{made}; context.check_hostname = False; {call}"
