"""What `tlscheck rehearse` is asked, read from its arguments."""

import argparse
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tlscheck.inventory.bad_request import BadRequest, not_allowed
from tlscheck.inventory.names import HOST_ALLOWED, endpoint_name, named_host, named_region
from tlscheck.rehearsal.goal import Goal, goal, region_of
from tlscheck.rehearsal.spoken_for import WORDS, SpokenFor, given
from tlscheck.trust.trust_store import Authority, Entry

_PORT = 5432
_LOOPBACK = "127.0.0.1"
_RUNS = 24
_MOST_RUNS = 1_000
_MOST_CLIENTS = 100
_PLACE = "HOST:PORT, [ADDRESS]:PORT, or a PORT alone, of loopback"
_ADD = f"add --as with {HOST_ALLOWED}, as its clients' configuration writes it; and --region where it tells none"
_HOST = re.compile(r"([A-Za-z0-9-][A-Za-z0-9.-]{1,253})(?::([0-9]{1,5})(?![0-9]))?")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that is to be."""

    goal: Goal
    port: int
    """Of the server, as the command's configuration names it."""

    command: tuple[str, ...]
    """() where it listens."""

    listeners: Mapping[str, tuple[str, int]]
    """Of each client by name, "" of the shared one: host and port. Empty for a command."""

    speaks_for: SpokenFor | None
    trust: Path | None
    trust_file: Path | None
    runs: int
    is_isolated: bool
    timeout: float | None
    """Seconds; None: no end."""

    until_known: int | None
    is_json: bool


def asked(arguments: argparse.Namespace, known: Sequence[Entry], environment: Mapping[str, str]) -> Rehearsal:
    """What is asked. Raises BadRequest."""
    command = tuple(arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command)
    if bool(command) is (arguments.listen is not None):
        raise BadRequest("give either -- COMMAND ..., which is run, or --listen HOST:PORT, where clients come to")
    ports = _ports(arguments.clients)
    _fits(arguments, ports, is_run=bool(command))
    port = _port(environment.get("PGPORT", "")) or _PORT
    places = [_place("--as", each, _PORT) for each in arguments.names]
    if not places:
        places = [_named([*command, *environment.values()] if command else [], port)]
    if any(not each for _, each in places):
        raise not_allowed("--as", "port 0", "the port that clients' configuration names, 1 to 65535")
    if len(found := {port for _, port in places}) > 1:
        raise BadRequest(f"--as: one server has one port, and these have {', '.join(map(str, sorted(found)))}")
    names = [named_host("--as", host) for host, _ in places]
    region = region_of(names, named_region("--region", arguments.region) if arguments.region is not None else None)
    spoken = [each for words in arguments.clients for each in words if each.partition("=")[0] in WORDS]
    trusts = arguments.trust is not None
    return Rehearsal(
        goal(names, region, _authority(arguments.present), _authority(arguments.target), known, test_root=trusts),
        places[0][1],
        command,
        _listeners(arguments.listen, ports),
        given(spoken) if spoken else None,
        Path(arguments.trust) if trusts else None,
        Path(arguments.trust_file) if arguments.trust_file is not None else None,
        _number("--runs", arguments.runs, _MOST_RUNS) or _RUNS,
        not arguments.unisolated,
        _seconds(arguments.timeout),
        _number("--until-known", arguments.until_known, _MOST_CLIENTS),
        arguments.json,
    )


def _named(texts: Sequence[str], port: int) -> tuple[str, int]:
    """Host and port of the one endpoint that texts name. Raises BadRequest."""
    found = {
        (each[1].lower(), int(each[2] or port))
        for text in texts
        for each in _HOST.finditer(text)
        if endpoint_name(each[1])
    }
    if len(found) > 1:
        names = ", ".join(sorted({host for host, _ in found}))
        raise BadRequest(
            f"--as: missing, and the command and the environment name several servers: {names}; add --as for one"
        )
    if not found:
        looked = "neither the command nor the environment names an endpoint of RDS; " if texts else ""
        raise BadRequest(f"--as: the name of the server that is played is missing; {looked}{_ADD}")
    return found.pop()


def place(host: str, port: int) -> str:
    """Host and port as one writes them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _fits(arguments: argparse.Namespace, ports: Mapping[str, int], *, is_run: bool) -> None:
    """Raises BadRequest for an option of the other way of use."""
    of_listening = {"--client NAME=PORT": bool(ports), "--until-known": arguments.until_known is not None}
    of_command = {"--runs": arguments.runs is not None, "--unisolated": arguments.unisolated}
    unfit, fits = (of_listening, "--listen") if is_run else (of_command, "-- COMMAND")
    if wrong := [name for name, is_given in unfit.items() if is_given]:
        raise BadRequest(f"{', '.join(wrong)}: only with {fits}")
    if arguments.trust_file is not None and arguments.trust is None:
        raise BadRequest(
            "--trust-file: only with --trust, which says where the test root's certificate is written"
        )


def _authority(value: str | None) -> Authority | None:
    return Authority(value) if value else None


def _ports(clients: Sequence[Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in (each for words in clients for each in words):
        name, _, port = each.partition("=")
        if name in WORDS:
            continue
        if not _NAME.fullmatch(name) or (number := _port(port)) is None:
            raise not_allowed(
                "--client", each, "NAME=PORT for a port of its own, or database=NAME user=NAME application=NAME"
            )
        if name in found or number in found.values():
            raise BadRequest(f"--client: {each}: each has a name and a port of its own")
        found[name] = number
    if len(found) > _MOST_CLIENTS:
        raise BadRequest(f"--client: {len(found)} ports; allowed: {_MOST_CLIENTS} at most")
    return found


def _listeners(listen: str | None, ports: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    if listen is None:
        return {}
    place = f"{_LOOPBACK}:{listen}" if listen.isascii() and listen.isdigit() else listen
    host, port = _place("--listen", place, None)
    if port in ports.values():
        raise BadRequest(f"--client, --listen: both have the port {port}; each client has one of its own")
    return {"": (host or _LOOPBACK, port)} | {name: (host or _LOOPBACK, each) for name, each in ports.items()}


def _place(field: str, text: str, default: int | None) -> tuple[str, int]:
    """Host and port of `host:port` and `[address]:port`; the port may be left out where there is a default."""
    found = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%]{2,60})\]|([^:\[\]]*))(?::([0-9]{1,5}))?", text)
    port = _port(found[3]) if found and found[3] else default
    if not found or port is None:
        raise not_allowed(field, text, _PLACE if default is None else "HOST or HOST:PORT")
    return found[1] or found[2] or "", port


def _port(text: str) -> int | None:
    """0 to 65535; 0 is any that is free."""
    return int(text) if re.fullmatch("[0-9]{1,5}", text) and int(text) < 65536 else None


def _number(field: str, value: int | None, most: int) -> int | None:
    if value is not None and not 1 <= value <= most:
        raise not_allowed(field, value, f"1 to {most}")
    return value


def _seconds(value: float | None) -> float | None:
    if value is not None and not 0 < value <= 7 * 86400:
        raise not_allowed("--timeout", value, "seconds, more than 0, a week at most")
    return value
