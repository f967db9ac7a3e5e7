"""Changes the pure chapters in many small ways, one at a time, and says which changes no test notices."""

import argparse
import os
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tests.mutation.candidates import Mutant, chapter, modules, mutants
from tests.mutation.control import failing
from tests.mutation.draw import draw
from tests.mutation.report import FEWEST, count, faults, figures, survivors, table
from tests.mutation.trial import Outcome, Project, Trial, learn, trials

ROOT = Path(__file__).parent.parent.parent
SEED = "1"
MUTANTS = 400
BOUND = 90.0
BOUND_OF_OTHER_SEEDS = 85.0
"""Percent. Survivors of the usual seed are known by name, so it is held to more."""


def main() -> int:
    """Draws, tries, prints; 1 when a bound does not hold."""
    start = time.monotonic()
    given = _arguments()
    project = Project(given.root, given.root / given.package, files=tuple(given.tests))
    found = {path: mutants(source, path) for path, source in modules(project.package).items()}
    chapters = {chapter(path) for path in found}
    if unknown := set(given.chapter or ()) - chapters:
        print(f"no such chapter: {', '.join(sorted(unknown))}; there are {', '.join(sorted(chapters))}")
        return 2
    wanted = set(given.chapter or chapters)
    candidates = {path: each for path, each in found.items() if chapter(path) in wanted}
    drawn = draw(candidates, given.mutants, given.seed)
    equivalent = _equivalent(given.equivalent)
    _note_unknown(equivalent, found)
    learnt = learn(project)
    print(f"{len(learnt.seconds)} tests were run in {(time.monotonic() - start) / 60:.1f} min", flush=True)
    processes = os.process_cpu_count() or 1
    paths = {mutant.path for mutant in drawn}
    tests = {test for mutant in drawn for test in learnt.tests_for(mutant)}
    learnt = learnt.without(failing(project, paths, tests, learnt, processes))
    print(
        f"{len(tests)} of them once more without a change, in {(time.monotonic() - start) / 60:.1f} min",
        flush=True,
    )
    print(f"seed {given.seed}: {len(drawn)} of {sum(map(len, candidates.values()))} mutants", flush=True)
    done: list[Trial] = []
    for trial in trials(project, drawn, learnt, processes):
        done.append(trial)
        if len(done) % 50 == 0:
            print(f"{len(done)} tried in {(time.monotonic() - start) / 60:.1f} min", flush=True)
    killers = {trial.test for trial in done if trial.outcome.is_killed} & learnt.seconds.keys()
    learnt = learnt.without(failing(project, paths, killers, learnt, processes))
    done = [
        replace(trial, outcome=Outcome.NOT_TOLD)
        if trial.outcome.is_killed and trial.test in learnt.failed
        else trial
        for trial in done
    ]
    minutes = (time.monotonic() - start) / 60
    for line in survivors(done, equivalent, f"{given.package}/"):
        print(line)
    print(*table(done, equivalent), *figures(count(done, equivalent), minutes), sep="\n")
    bound = BOUND if given.seed == SEED else BOUND_OF_OTHER_SEEDS
    is_part = given.chapter or given.mutants != MUTANTS or given.tests != ["tests"]
    fewest = 0 if is_part else FEWEST
    wrong = list(faults(done, equivalent, bound=bound, fewest=fewest, failed=learnt.failed))
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seed", default=SEED, help="what the draw depends on; `commit`: the hash of HEAD")
    parser.add_argument("--mutants", type=_number, default=MUTANTS, help="at most how many are tried")
    parser.add_argument("--chapter", nargs="*", help="these alone; else all")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="files of tests: these alone are asked")
    parser.add_argument("--root", type=Path, default=ROOT, help="the folder of tests/")
    parser.add_argument("--package", default="functions/tlscheck", help="the package's folder, from there")
    parser.add_argument("--equivalent", type=Path, default=Path(__file__).parent / "equivalent.toml")
    given = parser.parse_args()
    if given.seed == "commit":
        told = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=given.root, capture_output=True, text=True, check=True
        )
        given.seed = told.stdout.strip()
    return given


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not allowed; allowed: a whole number from 1")
    return int(text)


def _equivalent(path: Path) -> dict[str, str]:
    """Ids and reasons."""
    read: dict[str, str] = tomllib.loads(path.read_text()).get("equivalent", {})
    return read


def _note_unknown(equivalent: Mapping[str, str], found: Mapping[str, list[Mutant]]) -> None:
    ids = {mutant.id for each in found.values() for mutant in each}
    for each in sorted(equivalent.keys() - ids):
        print(f"equivalent.toml names a mutant that there is no more: {each}")


if __name__ == "__main__":
    sys.exit(main())
