"""What a rehearsal holds and how soon it answers, while a crowd from the honest client's address is connected.

The crowd and the honest client are processes of their own, and so is the rehearsal, whose memory is measured.
"""

import resource
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from tests.rehearsing.played import played

CROWD = 2_000
HONEST = 200
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
STARTUP = (26).to_bytes(4) + (3 << 16).to_bytes(4) + b"user\0crowd\0app\0x\0\0"


@dataclass(frozen=True, slots=True)
class Measured:
    connections: int
    resident: int
    """Bytes, at most."""

    p99: float
    """Seconds from connect to the error that ends a rehearsal's trial."""


def measure() -> Measured:
    """Start a rehearsal, a crowd and honest clients."""
    with _process("serve") as server:
        port = int(_line(server))
        with _process("crowd", str(port)) as crowd:
            seconds = sorted(honest(port) for _ in range(HONEST // 2))  # while the crowd still pours in
            held = int(_line(crowd))
            seconds = sorted(seconds + [honest(port) for _ in range(HONEST // 2)])
            _say(crowd)
            crowd.wait(60)
        _say(server)
        resident = int(_line(server))
    return Measured(held, resident, seconds[int(len(seconds) * 0.99) - 1])


def _process(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "ignore", "-m", "tests.rehearsing.load", *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline()
    assert line, "it ended"
    return line


def _say(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def honest(port: int) -> float:
    """A client that verifies nothing: how long until it is told what this is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    began = monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
        plain.sendall(SSL_REQUEST)
        assert plain.recv(1) == b"S"
        with context.wrap_socket(plain) as secured:
            secured.sendall(STARTUP)
            assert b"Mthis is a rehearsal of tlscheck" in secured.recv(4096)
    return monotonic() - began


# ------------------------------------------------------------------------------------- what each process runs


def _serve() -> None:
    with played() as here:
        print(here.port, flush=True)
        sys.stdin.readline()
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, flush=True)


def _crowd(port: int) -> None:
    """Open them all, each going as far as its turn says, and hold them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, CROWD + 100), hard))
    hello = _client_hello()
    stages: list[Callable[[socket.socket], None]] = [
        lambda _: None,
        lambda one: one.sendall(SSL_REQUEST[:3]),
        lambda one: one.sendall(SSL_REQUEST),
        lambda one: _after(one, hello[:40]),
        lambda one: _after(one, hello),
        lambda one: one.sendall((300).to_bytes(4) + (3 << 16).to_bytes(4) + b"user\0"),
    ]
    held = []
    for number in range(CROWD):
        one = socket.create_connection(("127.0.0.1", port), timeout=30)
        stages[number % len(stages)](one)
        held.append(one)
    sleep(0.2)
    print(sum(map(_is_open, held)), flush=True)
    sys.stdin.readline()


def _after(one: socket.socket, data: bytes) -> None:
    one.sendall(SSL_REQUEST)
    assert one.recv(1) == b"S"
    one.sendall(data)


def _client_hello() -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="localhost").do_handshake()
    except ssl.SSLWantReadError:
        return outgoing.read()
    raise AssertionError


def _is_open(one: socket.socket) -> bool:
    """Whether the other side has not closed."""
    one.setblocking(False)
    try:
        while data := one.recv(65536):
            del data
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            _serve()
        case ["crowd", port]:
            _crowd(int(port))
        case _:
            print(measure())
