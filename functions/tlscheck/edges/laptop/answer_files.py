"""The files that a sweep's answer is written to: all of one or none of it, and no sooner than it is whole."""

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from tlscheck.edges.command import folder
from tlscheck.edges.documents import to_document
from tlscheck.edges.edition import edition
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.reporting.report_schema import document
from tlscheck.reporting.sheet import sheet
from tlscheck.reporting.summary import Summary
from tlscheck.wording import sendable

STANDARD_OUTPUT = Path("-")


def check(paths: Iterable[Path | None]) -> None:
    """Raises BadRequest for a file that nobody could write, before anything is looked at."""
    wanted = [each for each in paths if each is not None]
    if wanted.count(STANDARD_OUTPUT) > 1:
        raise BadRequest("--json, --csv: standard output takes one of them")
    if STANDARD_OUTPUT in wanted and sys.stdout is None:
        raise BadRequest("--json, --csv: standard output is closed")
    for each in wanted:
        if each == STANDARD_OUTPUT:
            continue
        try:
            is_folder, parent = each.is_dir(), each.resolve().parent
        except (OSError, ValueError, RuntimeError) as error:  # a NUL in it, a link that leads to itself
            raise BadRequest(f"{str(each)!a}: {error}") from None
        if is_folder:
            raise BadRequest(f"{each}: it is a folder")
        if not parent.is_dir():
            raise BadRequest(f"{each}: there is no folder {parent}")
        if not os.access(parent, os.W_OK | os.X_OK) and (each.is_file() or not each.exists()):
            raise BadRequest(f"{each}: its folder may not be written to")


def write_report(path: Path, summary: Summary) -> None:
    """The very report that a deployed sweep writes, as JSON. Raises BadRequest, and OSError of standard output."""
    told = document(to_document(summary), edition())
    _write(path, f"{json.dumps(sendable(told), ensure_ascii=False, indent=2)}\n")


def write_sheet(path: Path, summaries: Iterable[Summary]) -> None:
    """A row for each database, as CSV (RFC 4180). Raises the same."""
    _write(path, "".join(sheet(each for summary in summaries for each in summary.databases)))


def _write(path: Path, text: str) -> None:
    content = text.encode("utf-8")
    if path == STANDARD_OUTPUT:
        if sys.stdout is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.flush()
        return
    try:
        if path.exists() and not path.is_file():  # a pipe, /dev/null: nothing can be put in its place
            path.write_bytes(content)
            return
        whole = path.resolve()  # what a link leads to is replaced, not the link
    except (OSError, RuntimeError) as error:
        raise BadRequest(f"{path}: {getattr(error, 'strerror', None) or error}") from None
    folder.write(whole.parent, {whole.name: content}, overwrite=True)
