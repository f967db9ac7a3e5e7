"""What a rehearsal concludes of a client, of which it knows nothing, beside what the client does at real servers.

Each row of tests/rehearsing/rows.txt is a driver in a mode, with a store whose roots are AWS's own. It is started
until nothing is needed any more; then it is asked what it is. The same words at real PostgreSQL servers, run in
this process too, say what is so. `python -m tests.bench.rehearse NAME...` runs those clients alone; `-v` prints
each row.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from statistics import median

from tests.client_matrix.clients import client
from tests.client_matrix.running import Client
from tests.client_matrix.world import stand_in
from tests.rehearsing import load
from tests.rehearsing.judging import Judged
from tests.rehearsing.playing import Stage, stocked
from tests.rehearsing.rows import Row, rows
from tests.rehearsing.truth import Real, real, truths

AT_ONCE = 6
ROWS_OF_A_PROCESS = 12
LEAST_ROWS = 400
LEAST_ROOTS = 100
MOST_RESIDENT = 300 * 2**20
MOST_SECONDS = 1.0


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    print(f"figure rehearse.{name} {value:g} {unit}", flush=True)


def main(wanted: Sequence[str] = ()) -> int:
    """The exit code: 1 when something was concluded wrongly, or a bound is missed."""
    names = [each for each in wanted if not each.startswith("-")]
    chosen = [row for row in rows() if not names or row.client in names]
    clients = {name: client(name, stand_in()) for name in dict.fromkeys(row.client for row in chosen)}
    for row in chosen:
        if clients[row.client] is None:
            print(f"not on this machine: {row}")
    here = {name: found for name, found in clients.items() if found}
    with tempfile.TemporaryDirectory(prefix="tlscheck-rehearsing-") as name, real() as servers:
        Path(name).chmod(0o755)
        judged = _judged(here, [row for row in chosen if row.client in here], stocked(Path(name)), servers)
    if "-v" in wanted:
        print(*(f"  {each}" for each in judged), sep="\n")
    is_right = _is_right(judged)
    return int(not (is_right and (names or (_is_enough(judged) and _bears_a_crowd()))))


def _judged(here: dict[str, Client], chosen: Sequence[Row], directory: Path, servers: Real) -> list[Judged]:
    groups = [group for name in here for group in _groups([row for row in chosen if row.client == name])]

    def run(group: Sequence[Row]) -> list[Judged]:
        one = here[group[0].client]
        so = truths(one, group, servers)
        return [Judged(came, so[came.row]) for came in stage.rehearse(one, group)]

    with Stage(directory) as stage, ThreadPoolExecutor(AT_ONCE) as pool:
        found: list[Judged] = []
        for group in pool.map(run, groups):
            found += group
            _tell(group)
        return found


def _tell(group: Sequence[Judged]) -> None:
    wrong = sum(bool(each.wrong) for each in group)
    starts, seconds = sum(each.came.starts for each in group), sum(each.came.seconds for each in group)
    name = group[0].came.row.client
    print(f"{name:24} {len(group):3} rows, {wrong} wrong, {starts:4} starts, {seconds:6.1f} s", flush=True)
    for each in group:
        if each.wrong:
            print(f"  {each}", flush=True)
            print(*(f"    {contact}" for contact in each.came.contacts), sep="\n", flush=True)


def _groups(chosen: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that may share a process, some at a time."""

    def process(row: Row) -> tuple[str, str]:
        return row.placed.around, str(row.placed.surroundings)

    for _, together in groupby(sorted(chosen, key=process), key=process):
        of_one = list(together)
        for start in range(0, len(of_one), ROWS_OF_A_PROCESS):
            yield of_one[start : start + ROWS_OF_A_PROCESS]


def _is_right(judged: Sequence[Judged]) -> bool:
    """Whether nothing is wrong, and all is told that can be."""
    verifying = [each for each in judged if each.verifies]
    silent = [each for each in verifying if each.is_silent]
    apart = [each for each in verifying if each.tells_stores_apart]
    decidable = [each for each in judged if not each.verifies or each.tells_stores_apart]
    undecided = [each for each in decidable if each.is_undecided]
    boasting = [each for each in silent if not each.is_open_about_its_store]
    told = [root for each in judged for root in each.roots]
    right = sum(said is held for _, said, held in told)
    wrong = sum(bool(each.wrong) for each in judged)
    print(f"{len(judged)} rows, of which {len(verifying)} verify: {len(apart)} tell stores apart, {len(silent)}")
    print(f"refuse without an alert, {len(verifying) - len(silent) - len(apart)} refuse every certificate alike")
    for each in undecided:
        print(f"  undecided: {each}")
    for each in boasting:
        print(f"  silent, and not told so: {each}")
    figure("rows", len(judged), "rows")
    figure("wrong", wrong, "rows")
    figure("undecided_survival", 100 * len(undecided) / max(1, len(decidable)), "percent")
    figure("decidable", len(decidable), "rows")
    figure("silent", len(silent), "rows")
    figure("root_yes", sum(said for _, said, _ in told), "roots")
    figure("root_no", sum(not said for _, said, _ in told), "roots")
    figure("root_oracle_right", 100 * right / max(1, len(told)), "percent")
    figure("trials_median", median(each.came.starts for each in judged), "trials")
    figure("seconds_median", median(each.came.seconds for each in judged), "seconds")
    return not (wrong or undecided or boasting) and right == len(told)


def _is_enough(judged: Sequence[Judged]) -> bool:
    said = [told for each in judged for _, told, _ in each.roots]
    return len(judged) >= LEAST_ROWS and min(sum(said), len(said) - sum(said)) >= LEAST_ROOTS


def _bears_a_crowd() -> bool:
    """Whether a server holds a crowd, and answers honest clients meanwhile."""
    found = load.measure()
    figure("connections_at_once", found.connections, "connections")
    figure("resident", found.resident / 2**20, "MiB")
    figure("answer_p99", found.p99, "seconds")
    return found.connections >= load.CROWD and found.resident < MOST_RESIDENT and found.p99 < MOST_SECONDS


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
