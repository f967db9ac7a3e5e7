"""The model of what drivers do about TLS beside what they do: every driver that is here, in every mode.

Each row is a connection string given to a driver and to the model: its prediction must be what happened.
"""

import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.client_matrix.attempts import CLIENTS, attempts
from tests.client_matrix.clients import client
from tests.client_matrix.comparison import Row, rows
from tests.client_matrix.running import Client
from tests.client_matrix.world import World, world


def main(wanted: Sequence[str] = ()) -> int:
    """Run all clients, or those named; the exit code is 1 when a prediction was wrong."""
    found: list[Row] = []
    ran: set[str] = set()
    with world() as here:
        for name in wanted or CLIENTS:
            if each := client(name, here):
                ran.add(name)
                found += _run(each, here)
    print(f"not on this machine: {'; '.join(sorted(set(wanted or CLIENTS) - ran)) or 'none'}")
    known = [row for row in found if row.predicted.is_known]
    agreeing = sum(row.agrees for row in known)
    print(f"outcomes: {dict(Counter(_outcome(row) for row in found))}")
    print(f"figure clients.drivers {len(ran)} drivers")
    print(f"figure clients.rows {len(found)} rows")
    print(f"figure clients.unknown {len(found) - len(known)} rows")
    print(f"figure clients.agreement {100 * agreeing / max(1, len(known)):g} percent")
    return int(agreeing < len(known))


def _run(each: Client, here: World) -> list[Row]:
    began = time.monotonic()
    ran = rows(each, attempts(each.name, here), here)
    wrong = [row for row in ran if row.predicted.is_known and not row.agrees]
    version = ".".join(str(part) for part in each.version)
    seconds = time.monotonic() - began
    unknown = sum(not row.predicted.is_known for row in ran)
    counted = f"{len(ran):5} rows, {unknown} unknown, {len(wrong)} wrong, {seconds:5.1f} s"
    print(f"{each.name:24} {version:9} {counted}", flush=True)
    for row in wrong[:20]:
        print(f"  {row}", flush=True)
    return ran


def _outcome(row: Row) -> str:
    return "no connection" if row.happened.tls is None else "TLS" if row.happened.tls else "plaintext"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
