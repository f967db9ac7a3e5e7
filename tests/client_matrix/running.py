"""How a client of this machine is made to try, and what comes of it."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tests import java
from tests.client_matrix.attempt import Attempt
from tests.client_matrix.world import Surroundings, Trusts, World, may_change_the_account

QUESTION = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

type Run = Callable[[World, Surroundings, list[Attempt]], list["Happened"]]


@dataclass(frozen=True, slots=True)
class Happened:
    """What an attempt came to."""

    tls: bool | None
    """Whether the server saw TLS; None: no connection."""

    error: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """A client that is here: the version that decides about its TLS, and how it tries."""

    name: str
    version: tuple[int, ...]
    run: Run


def possible(attempt: Attempt) -> bool:
    """Whether this machine can make the attempt's surroundings."""
    return attempt.surroundings.account is Trusts.NOBODY or may_change_the_account()


def happened(answer: Mapping[str, object]) -> Happened:
    """A worker's answer."""
    if "tls" in answer:
        return Happened(bool(answer["tls"]))
    return Happened(None, str(answer["error"]))


def environment(world: World, surroundings: Surroundings) -> dict[str, str]:
    """All that a client's process gets."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SSL_CERT_DIR") if name in os.environ}
    return kept | {"JAVA_HOME": str(java.HOME)} | world.environment(surroundings)


def lines(
    command: Iterable[str],
    name: str,
    surround: Callable[[World, Surroundings], list[str]] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """A worker that reads an attempt a line, as JSON, and answers each; `surround` makes its last arguments."""

    def run(world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        spoken = "".join(
            json.dumps({"client": name, "text": attempt.text, "options": attempt.options}) + "\n"
            for attempt in tried
        )
        done = subprocess.run(
            [
                *world.within(surroundings),
                *command,
                *(surround(world, surroundings) if surround else []),
            ],
            input=spoken,
            env=environment(world, surroundings) | dict(variables or {}),
            capture_output=True,
            text=True,
            cwd=world.directory,
            check=False,
        )
        # Some libraries speak to stdout too.
        answers = [happened(json.loads(each)) for each in done.stdout.splitlines() if each.startswith('{"')]
        assert len(answers) == len(tried), f"{name}: {len(answers)} of {len(tried)}\n{done.stderr[-2000:]}"
        return answers

    return run


def answered(world: World, surroundings: Surroundings, command: Iterable[str], stdin: str = "") -> Happened:
    """A program of one attempt, which prints what the server answers."""
    done = subprocess.run(
        [*world.within(surroundings), *command],
        input=stdin + "\n",
        env=environment(world, surroundings),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    said = re.search(r"^\W*(t|f|true|false)\W*$", done.stdout, re.MULTILINE)
    if said:
        return Happened(said[1].startswith("t"))
    return Happened(None, done.stderr + done.stdout)
