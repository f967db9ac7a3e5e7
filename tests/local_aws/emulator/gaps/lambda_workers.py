"""Stands in for the environment of a Lambda function.

ministack runs a function on the emulator's own interpreter with everything that is installed there, puts
layers before the function's code, and hands on its own environment variables. Here a worker (worker/) starts
on a bare interpreter with Lambda's search path, sees boto3 as Lambda's runtime would bring it, and gets only
the variables that Lambda sets and the function's own.

ministack also unpacks every layer again for every worker, seconds for a large one; here each zip is unpacked
once and linked to, as Lambda's layers are mounted.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime

_WORKER = Path(__file__).parents[1] / "worker"
_BROUGHT_BY_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
_OF_LAMBDA = ("AWS_", "LAMBDA_", "_LAMBDA_", "_X_AMZN_")
_OF_THE_MACHINE = ("PATH", "LANG", "TZ", "TMPDIR")


def fill() -> None:
    """Let ministack start Python functions through the worker of this project."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = ""
    lambda_runtime.subprocess = _Processes()
    lambda_runtime.zipfile = _Zipfiles()


class _Processes:
    """The subprocess module as ministack's lambda_runtime sees it: Popen starts our worker instead of its own."""

    def __getattr__(self, name: str) -> Any:
        return getattr(subprocess, name)

    def Popen(  # noqa: N802 - it takes the place of subprocess.Popen
        self, _command: list[str], *, env: dict[str, str], **options: Any
    ) -> subprocess.Popen[str]:
        own = getattr(sys, "_base_executable", sys.executable)
        return subprocess.Popen([own, "-I", "-S", str(_WORKER)], env=_environment(env), **options)


class _Zipfiles:
    """The zipfile module as ministack's lambda_runtime sees it."""

    def __getattr__(self, name: str) -> Any:
        return _UnpackedOnce if name == "ZipFile" else getattr(zipfile, name)


class _UnpackedOnce(zipfile.ZipFile):
    """A zip whose contents are unpacked once and linked to from wherever they are wanted."""

    def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
        """Link every top-level entry of the zip into `path`."""
        content = repr([(member.filename, member.CRC, member.file_size) for member in self.infolist()])
        kept = Path(tempfile.gettempdir()) / f"unpacked-{hashlib.sha256(content.encode()).hexdigest()}"
        with _unpacking:
            if not kept.exists():
                unfinished = kept.with_suffix(".unfinished")
                super().extractall(unfinished, members, pwd)
                unfinished.rename(kept)
        for entry in kept.iterdir():
            (Path(path) / entry.name).symlink_to(entry)


_unpacking = threading.Lock()


def _environment(given: dict[str, str]) -> dict[str, str]:
    """What ministack would give a worker, less what is only the emulator's own."""
    emulators = {name for name in os.environ if not name.startswith("AWS_") and name not in _OF_THE_MACHINE}
    return {name: value for name, value in given.items() if name not in emulators} | {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "LAMBDA_RUNTIME_DIR": _runtime_folder(),
    }


@cache
def _runtime_folder() -> str:
    """A folder with nothing but what Lambda's own runtime lets a function import."""
    folder = Path(tempfile.mkdtemp(prefix="lambda-runtime-"))
    for name in _BROUGHT_BY_THE_RUNTIME:
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            raise RuntimeError(f"{name} is missing in the emulator's environment")
        place = Path(found.origin)
        source = place.parent if place.name == "__init__.py" else place
        (folder / source.name).symlink_to(source)
    return str(folder)
