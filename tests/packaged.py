"""A release as `make package` makes it, of what the local stack runs on."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.local_aws.stack import BUILT

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venvs" / "sam" / "bin" / "python"


def package(dist: Path, bucket: str, *regions: str) -> subprocess.CompletedProcess[str]:
    """What the Makefile runs."""
    return subprocess.run(
        [PYTHON, "-m", "layers.packaging.package", BUILT, dist, bucket, *regions],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def template_of(folder: Path) -> dict[str, Any]:
    """The template of a Region's folder."""
    template: dict[str, Any] = json.loads((folder / "template.json").read_text())
    return template
