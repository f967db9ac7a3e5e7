"""`tlscheck rehearse -- COMMAND` as a shell runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tlscheck.edges.stores.rds_roots import roots

from tests.rehearsing.staged import NAME as HOST

EXIT = {"SURVIVES": 0, "DOES_NOT": 1, "UNKNOWN": 3}


def store(folder: Path, *names: str) -> Path:
    """A store as an application's owner would download it, in PEM."""
    # only now: most tests that need the world have no use for it
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    path = folder / "global-bundle.pem"
    held = [x509.load_der_x509_certificate(each.der) for each in roots() if each.name in names]
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in held))
    return path


def rehearse(
    command: list[str],
    folder: Path,
    *options: str,
    variables: Mapping[str, str] | None = None,
    within: Callable[[list[str]], list[str]] = lambda line: line,
) -> tuple[int, dict[str, Any], str]:
    """The exit code of one command, its answer, and what it said beside it. `within` wraps all of it."""
    line = [
        sys.executable,
        "-c",
        "import sys; from tlscheck.edges.command.main import main; sys.exit(main())",
        "rehearse",
        "--json",
        "--as",
        HOST,
    ]
    line += ["--from", "rds-ca-rsa2048-g1", "--to", "rds-ca-rsa4096-g1", *options, "--", *command]
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path, **(variables or {})}
    done = subprocess.run(
        within(line),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr
