"""A command on a stage of its own, and what it printed."""

import asyncio
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tlscheck.edges.rehearsal.isolation import Stage, isolated

NAME = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
READER = "orders-ro.c9x2example.eu-central-1.rds.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Happened:
    code: int
    printed: str


def on_stage(
    command: Sequence[str],
    names: Sequence[str] = (NAME,),
    ports: Sequence[int] = (5432,),
    stop_when: Callable[[str], bool] | None = None,
    greets: bool = False,
) -> Happened:
    """Runs the command once. `stop_when` it has printed something, it is stopped; who connects is greeted."""
    return asyncio.run(_on_stage(command, names, ports, stop_when, greets=greets))


async def _on_stage(
    command: Sequence[str],
    names: Sequence[str],
    ports: Sequence[int],
    stop_when: Callable[[str], bool] | None,
    greets: bool,
) -> Happened:
    reads, writes = os.pipe()
    stage = await isolated(names, ports, writes)
    os.close(writes)
    servers = [await asyncio.start_server(_greet, sock=each.dup()) for each in stage.listening] if greets else []
    printing = asyncio.create_task(_printed(reads, stage, stop_when))
    code: int | None = None
    stage.start(command)
    try:
        while ended := await stage.ended():
            code = ended.code
    finally:
        await stage.close()
        printed = await printing
    for server in servers:
        server.close()
    assert code is not None
    return Happened(code, printed)


async def _printed(reads: int, stage: Stage, stop_when: Callable[[str], bool] | None) -> str:
    text = ""
    with os.fdopen(reads, "rb", buffering=0) as stream:
        while more := await asyncio.to_thread(stream.read, 65_536):
            text += more.decode()
            if stop_when and stop_when(text):
                stage.stop()
                stop_when = None
    return text


async def _greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host, port = writer.get_extra_info("sockname")
    writer.write(f"hello from {host}:{port}".encode())
    writer.close()


def python(script: str) -> list[str]:
    """A command of a program in Python."""
    return [sys.executable, "-c", script]
