"""Can what is printed be pasted? Every command that can be printed, in bash, and by the AWS CLI's own models.

In bash a stand-in takes the place of `aws` and tells the words that it was given: they must be those that were
meant, and nothing may be opened or made. The CLI then reads the words offline; what it would ask of AWS must be
what was meant too.
"""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import Any

from botocore import xform_name
from botocore.session import get_session

from tests.truth.aws_cli import AwsCli, aws_cli
from tests.truth.printable import HOSTILE, HOW_MANY, ORDINARY, UNSPEAKABLE, Printed, printed, unreached

STAND_IN = '#!/bin/sh\nprintf "%s\\0" "$@"; printf "\\n\\0"\n'
MODEL = get_session().get_service_model("rds")
WAITED_FOR = {"db-instance-available": "DescribeDBInstances", "db-cluster-available": "DescribeDBClusters"}


ALL = ((ORDINARY, HOW_MANY), (HOSTILE, 300), ((*ORDINARY, *UNSPEAKABLE), 1500))
"""Names, and how many databases have them."""


def measure() -> None:
    """Print how many in a hundred printable commands can be pasted, and those that cannot."""
    found = [printed(names, how_many) for names, how_many in ALL]
    missed = set.intersection(*(set(unreached(each)) for each in found))
    lines = {line for each in found for line in each.lines}
    wrong = [why for each in found for why in not_pasteable(each)]
    with aws_cli() as cli:
        wrong += [why for each in found for line in each.lines for why in not_taken(each, line, cli)]
    for why in wrong:
        print(f"cannot be pasted: {why}")
    for place in sorted(missed):
        print(f"nothing was printed by {place}")
    print(f"{len(lines)} commands were printed", flush=True)
    percent = 100 * (1 - (len(wrong) + len(missed)) / len(lines))
    print(f"figure truth.commands_pasteable {percent:.4g} percent", flush=True)


@contextmanager
def stand_in() -> Iterator["Shell"]:
    """A shell in an empty folder of its own, on whose PATH there is nothing but the stand-in."""
    with tempfile.TemporaryDirectory() as place:
        path, empty = Path(place, "bin"), Path(place, "empty")
        path.mkdir()
        empty.mkdir(mode=0o500)
        (path / "aws").write_text(STAND_IN)
        (path / "aws").chmod(0o500)
        yield Shell(path, empty)


class Shell:
    """bash, as somebody who pastes lines into it sees it."""

    def __init__(self, path: Path, empty: Path) -> None:
        self.path, self.empty = path, empty

    def words(self, *lines: str) -> tuple[list[list[str]], str]:
        """What `aws` is given by each line, and what else they say or make: nothing, if all is well."""
        ran = subprocess.run(
            ["/bin/bash", "--norc", "--noprofile", "-c", "\n".join(lines)],
            cwd=self.empty,
            env={"PATH": str(self.path), "HOME": str(self.empty)},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        made = [each.name for each in self.empty.iterdir()]
        said = ran.stderr.decode(errors="replace") + (f" made {made}" if made else "")
        calls = ran.stdout.decode("utf-8", "surrogateescape").split("\0\n\0")
        return [call.split("\0") for call in calls[:-1]], said


def not_pasteable(found: Printed) -> list[str]:
    """Why lines cannot be pasted into a shell; empty where all can."""
    wrong = [f"{line!r} has characters that cannot be seen" for line in found.lines if not line.isprintable()]
    with stand_in() as shell:
        for some in batched(found.lines, 50, strict=False):
            meant = [list(found.meant.get(line, ())) for line in some]
            if shell.words(*some) != ([words[1:] for words in meant], ""):
                # One of them: which?
                told = ((line, words, shell.words(line)) for line, words in zip(some, meant, strict=True))
                wrong += [f"{line}: {given}" for line, words, given in told if given != ([words[1:]], "")]
    return wrong


def not_taken(found: Printed, line: str, cli: AwsCli) -> list[str]:
    """Why the AWS CLI does not take a line as it was meant; empty where it does.

    It refuses by itself what can be no Region's name, so there another stands for it.
    """
    meant = list(found.meant[line])
    meant[meant.index("--region") + 1] = "us-east-1"
    ended = cli.run(meant)
    if ended.code != 0:
        return [f"{line}: {ended.told.strip()}"]
    wanted = [asked(meant)]
    return [] if list(ended.asked) == wanted else [f"{line}: asked {ended.asked} instead of {wanted}"]


def asked(words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """What a command's words mean by the service's model: an operation and its parameters."""
    _, service, *rest = words
    assert service == "rds"
    if rest[0] == "wait":
        operation = WAITED_FOR[rest[1]]
    else:
        operation = next(each for each in MODEL.operation_names if xform_name(each, "-") == rest[0])
    shape = MODEL.operation_model(operation).input_shape
    members = shape.members if shape else {}
    spelt = {f"--{xform_name(name, '-')}": name for name in members}
    parameters: dict[str, Any] = {}
    left = iter(rest[1 + (rest[0] == "wait") :])
    for option in left:
        if option == "--region":
            next(left)
        elif option in spelt and members[spelt[option]].type_name == "boolean":
            parameters[spelt[option]] = True
        elif option.startswith("--no-"):
            parameters[spelt[option.replace("--no-", "--", 1)]] = False
        elif members[spelt[option]].type_name == "list":
            parameters[spelt[option]] = _structures(next(left))
        elif members[spelt[option]].type_name == "structure":
            # The one that is printed: of one name, a list of one value.
            name, _, value = next(left).partition("=")
            parameters[spelt[option]] = {name: [value]}
        else:
            parameters[spelt[option]] = next(left)
    return operation, parameters


def _structures(value: str) -> list[dict[str, str]]:
    if value.startswith("["):
        structures: list[dict[str, str]] = json.loads(value)
        return structures
    pairs = ((key, its) for key, _, its in (pair.partition("=") for pair in value.split(",")))
    return [dict(pairs)]
