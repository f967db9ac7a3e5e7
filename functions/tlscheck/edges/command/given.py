"""What the command is given of a client: files or words, and what is said beside them."""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tlscheck.drivers.connection import LONGEST_INPUT
from tlscheck.drivers.node_tls import VARIABLES
from tlscheck.drivers.recognition import named, version
from tlscheck.drivers.words import Words
from tlscheck.edges.command import repository
from tlscheck.edges.stores import files
from tlscheck.formats.configuration import Configuration, Spot
from tlscheck.formats.encoding import decoded
from tlscheck.formats.reading import Located, located_in_all, located_in_repository
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores.keystore import UnreadableStore


def found(arguments: argparse.Namespace) -> tuple[Located, ...]:
    """Each connection that was given, and what can't be read. Raises BadRequest where nothing can, and
    UnreadableStore for a service file that can't."""
    if arguments.scan:
        if arguments.file or arguments.options:
            raise BadRequest("--scan: it takes the names of files and folders, without --file and --options")
        return located_in_repository(_texts(arguments))
    return located_in_all(_documents(arguments))


def _documents(arguments: argparse.Namespace) -> Iterator[Configuration | Located]:
    said, beside = arguments.connection, _beside(arguments)
    if arguments.file and said:
        raise BadRequest("--file: a connection is given too; give one of them")
    if arguments.file or (said and all(_is_there(each) for each in said)):
        for path in [arguments.file] if arguments.file else said:
            yield _file(path, beside)
    elif len(said) > 1:
        strange = sum(not _is_there(each) for each in said)
        raise BadRequest(
            f"connection: {strange} of these {len(said)} arguments are no files here; put quotes around a"
            " connection string, for the shell to take it as one"
        )
    else:
        text = "".join(said)
        yield Configuration(replace(beside, text=_standard_input() if text == "-" else text))


def _texts(arguments: argparse.Namespace) -> Iterator[Configuration]:
    """Every file that is text, of the folders too."""
    beside = _beside(arguments)
    for path in repository.files(arguments.connection or ["."]):
        try:
            text = decoded(files.content(Path(path)))
        except (
            BadRequest,
            UnreadableStore,
        ):  # a picture, a socket, a file that we may not read: nothing is said of it
            continue
        yield Configuration(replace(beside, text=text), Path(path).name, path)


def _is_there(path: str) -> bool:
    try:
        return path != "-" and Path(path).exists()
    except (OSError, ValueError):  # too long for a name, a zero byte, a folder that may not be looked into
        return False


def _file(path: str, beside: Words) -> Configuration | Located:
    try:
        text = decoded(files.content(Path(path)))
    except BadRequest as what:
        return Located(Spot(file=path), refused=str(what))
    except UnreadableStore as what:
        return Located(Spot(file=path), refused=str(what).removeprefix(f"{path}: "))
    return Configuration(replace(beside, text=text), Path(path).name, path)


def _standard_input() -> str:
    try:
        # Whatever this shell's language is: a character takes four bytes at most.
        content = sys.stdin.buffer.read(4 * (LONGEST_INPUT + 1))
    except (OSError, AttributeError):  # a directory; or closed before we began
        raise BadRequest("connection: standard input cannot be read") from None
    return decoded(content).replace("\r\n", "\n")


def _beside(arguments: argparse.Namespace) -> Words:
    """What holds for all connections."""
    driver, framework = named(arguments.driver)
    variables = {name: value for name, value in os.environ.items() if name.startswith("PG") or name in VARIABLES}
    return Words(
        "",
        driver,
        framework,
        version(arguments.driver_version),
        _options(arguments.options),
        variables if arguments.environment else {},
        decoded(files.content(Path(arguments.service_file))) if arguments.service_file else "",
    )


def _options(text: str | None) -> dict[str, object]:
    if not text:
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise BadRequest('--options: no JSON object like {"sslmode": "require"} (nothing of it is repeated here)')
    return given
