"""How a client of this machine is made to try, and what comes of it."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests import java
from tests.client_matrix.attempt import Attempt
from tests.client_matrix.world import Surroundings, Trusts, World, may_change_the_account

QUESTION = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"

type Run = Callable[[World, Surroundings, list[Attempt]], list["Happened"]]
type Try = Callable[[Attempt], "Happened"]
type Surround = Callable[[World, Surroundings], list[str]]


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

    @contextmanager
    def kept(self, world: World, surroundings: Surroundings) -> Iterator[Try]:
        """One attempt after the other, each when it is asked for: in one process where its worker is one."""
        if isinstance(self.run, Lines):
            with self.run.kept(world, surroundings) as ask:
                yield ask
        else:
            yield lambda attempt: self.run(world, surroundings, [attempt])[0]


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


@dataclass(frozen=True, slots=True)
class Lines:
    """A worker that reads an attempt a line, as JSON, and answers each; `surround` makes its last arguments."""

    command: tuple[str, ...]
    name: str
    surround: Surround | None
    variables: Mapping[str, str]

    def __call__(self, world: World, surroundings: Surroundings, tried: list[Attempt]) -> list[Happened]:
        """All at once. AssertionError where it does not answer each."""
        done = subprocess.run(
            self._started(world, surroundings),
            input="".join(map(self._line, tried)),
            env=self._environment(world, surroundings),
            capture_output=True,
            text=True,
            cwd=world.directory,
            check=False,
        )
        # Some libraries speak to stdout too.
        answers = [happened(json.loads(each)) for each in done.stdout.splitlines() if each.startswith('{"')]
        assert len(answers) == len(tried), f"{self.name}: {len(answers)} of {len(tried)}\n{done.stderr[-2000:]}"
        return answers

    @contextmanager
    def kept(self, world: World, surroundings: Surroundings) -> Iterator[Try]:
        """One after the other. AssertionError where it ends before it is told to."""
        with (
            tempfile.TemporaryFile("w+") as complaints,
            subprocess.Popen(
                self._started(world, surroundings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env=self._environment(world, surroundings),
                text=True,
                cwd=world.directory,
            ) as process,
        ):

            def ask(attempt: Attempt) -> Happened:
                assert process.stdin
                assert process.stdout
                process.stdin.write(self._line(attempt))
                process.stdin.flush()
                for line in process.stdout:
                    if line.startswith('{"'):
                        return happened(json.loads(line))
                complaints.seek(0)
                raise AssertionError(f"{self.name} has ended: {complaints.read()[-2000:]}")

            yield ask

    def _started(self, world: World, surroundings: Surroundings) -> list[str]:
        added = self.surround(world, surroundings) if self.surround else []
        return [*world.within(surroundings), *self.command, *added]

    def _environment(self, world: World, surroundings: Surroundings) -> dict[str, str]:
        return environment(world, surroundings) | dict(self.variables)

    def _line(self, attempt: Attempt) -> str:
        return json.dumps({"client": self.name, "text": attempt.text, "options": attempt.options}) + "\n"


def lines(
    command: Iterable[str], name: str, surround: Surround | None = None, variables: Mapping[str, str] | None = None
) -> Lines:
    """A worker of that command."""
    return Lines(tuple(command), name, surround, variables or {})


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
