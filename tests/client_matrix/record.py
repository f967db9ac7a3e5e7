"""Runs the clients of this machine, or those named, and keeps what they did: python -m tests.client_matrix.record.

What is not on this machine keeps the record that another made. Exit code 1 when a named one is not here.
"""

import sys
from collections.abc import Sequence

from tests.client_matrix.attempts import CLIENTS, attempts
from tests.client_matrix.clients import client
from tests.client_matrix.comparison import rows
from tests.client_matrix.recorded import FOLDER, record, write
from tests.client_matrix.world import may_change_the_account, stand_in, world


def main(wanted: Sequence[str] = ()) -> int:
    """The exit code."""
    if not may_change_the_account():
        print("the account's home can't be another here: run it as root on Linux")
        return 1
    is_complete = True
    with world() as here:
        for name in wanted or CLIENTS:
            found = client(name, here)
            if found is None:
                print(f"{name}: not on this machine")
                is_complete = is_complete and not wanted
                continue
            made = record(found, rows(found, attempts(name, here), here), attempts(name, stand_in()))
            write(made)
            print(f"{name}: {len(made.seen)} rows in {made.path.relative_to(FOLDER.parent)}", flush=True)
    return int(not is_complete)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
