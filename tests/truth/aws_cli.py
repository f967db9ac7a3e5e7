"""The AWS CLI, as whoever pastes a command has it: a process that takes one command after the other."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venvs" / "cli" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it asked of AWS: operations with their parameters, as the CLI read them."""

    code: int
    asked: tuple[tuple[str, dict[str, Any]], ...]
    told: str


@dataclass(frozen=True, slots=True)
class AwsCli:
    """A running one."""

    process: subprocess.Popen[str]

    def run(self, words: Sequence[str]) -> Ended:
        """Run the command of these words, `aws` the first of them."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(list(words[1:])) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        asked = tuple((operation, parameters) for operation, parameters in answer["asked"])
        return Ended(answer["code"], asked, answer["told"])


@contextmanager
def aws_cli(environment: Mapping[str, str] | None = None) -> Iterator[AwsCli]:
    """The CLI; without an environment that names an account it asks nothing of anybody."""
    # Nothing of this machine's own configuration: neither its credentials nor its Region.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nobody = {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nobody"}
    own = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "PYTHONPATH": str(ROOT)}
    mode = [] if environment else ["offline"]
    with subprocess.Popen(
        [PYTHON, "-m", "tests.truth.aws_cli_worker", *mode],
        env=clean | own | dict(environment or nobody) | {"AWS_EC2_METADATA_DISABLED": "true"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield AwsCli(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
