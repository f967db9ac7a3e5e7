"""Runs inside the emulator's interpreter: ministack, its gaps filled, on a socket that it is handed.

Started by account.py with the number of a listening socket and a folder of its own. It ends when its standard
input does, which is when the process that started it is gone, however that came about; nothing that it started
or wrote outlives it.
"""

import asyncio
import os
import shutil
import signal
import sys
import threading

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app

from tests.local_aws.emulator import gaps
from tests.local_aws.emulator.control import Control


async def main(socket_number: int, home: str) -> None:
    """Serve until standard input ends or SIGTERM comes; then end every process of the group and remove `home`."""
    gaps.fill()
    config = Config()
    config.bind = [f"fd://{socket_number}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.2
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    threading.Thread(target=_watch_parent, args=(loop, stop), daemon=True).start()
    await serve(Control(app.app), config, shutdown_trigger=stop.wait)
    shutil.rmtree(home, ignore_errors=True)
    # Executions under way run in threads, and Lambda workers are processes: all end with the group.
    os.killpg(0, signal.SIGKILL)


def _watch_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
