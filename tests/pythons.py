"""The Pythons of this machine that the wheel says it runs on."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

SUPPORTED = ("3.12", "3.13", "3.14")


@cache
def pythons() -> dict[str, Path]:
    """By version, of those that are supported and here: on the path, or where pyenv keeps them."""
    return {version: path for version in SUPPORTED if (path := _python(version))}


def absent() -> str:
    """Those that are supported and not here, for the summary of a run."""
    missing = [version for version in SUPPORTED if version not in pythons()]
    return f"not on this machine, so not tried there: Python {', '.join(missing)}" if missing else ""


def _python(version: str) -> Path | None:
    named = shutil.which(f"python{version}")
    candidates = [*([Path(named)] if named else []), *_of_pyenv(version)]
    return next(filter(None, (_itself(each, version) for each in candidates)), None)


def _of_pyenv(version: str) -> list[Path]:
    """What pyenv keeps beside those that it was told to put on the path, the newest first."""
    if not (pyenv := shutil.which("pyenv")):
        return []
    root = Path(subprocess.run([pyenv, "root"], capture_output=True, text=True, check=True).stdout.strip())
    return sorted(root.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)


def _itself(python: Path, version: str) -> Path | None:
    """What a stand-in on the path runs; None for one that only complains, as pyenv's may."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
    told: str = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False).stdout
    found, _, executable = told.strip().partition(" ")
    return Path(executable) if found == version else None
