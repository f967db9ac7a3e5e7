"""A log file that comes in portions, put together again into whole lines and records.

A portion may end within a line that the server is still writing, within an entry of several lines, or within a
record of csvlog, whose statements have line ends of their own: what begins in the middle of one is a text that a
client may have spelled, and is never taken for a line. Where the service cut a line, what it left out is in no
portion (aws/aws-sdk, issue 20).
"""

import re

from tlscheck.log.message import PHRASES

TRUNCATED = "[Your log message was truncated]"
"""What the service writes in the place of a line's end, where the line did not fit into a portion any more."""

_ENTRIES = re.compile(r"\n(?!\t)")


class Portions:
    """Of one file, one after the other, from a beginning of a line or record on."""

    def __init__(self, *, is_csv: bool) -> None:
        self._is_csv = is_csv
        self._held = ""
        """The end of the portions before, which may go on."""

        self._is_torn = False
        """Whether the next one may begin in the middle of a line."""

        self.is_cut = False
        """Whether a line was cut."""

        self.lacks = False
        """Whether what may be of a connection was cut."""

    @property
    def is_between(self) -> bool:
        """Whether what comes next can be read without what came before."""
        return not self._is_torn and not (self._is_csv and self._held)

    @property
    def is_lost(self) -> bool:
        """Whether nobody can tell where the next record begins: quotes alone do, and some were cut."""
        return self._is_csv and self._is_torn

    def texts(self, portion: str, *, is_last: bool) -> list[str]:
        """What is whole by now: entries, each a line with those that belong to it; of csvlog one text of records.

        What a server is still writing, at the end of the last portion, is not: the next reading begins before it.
        """
        text = self._held + self._uncut(portion)
        end = _end_of_records(text) if self._is_csv else text.rfind("\n") + 1
        if not self._is_csv and not is_last:
            end = _begin_of_last_entry(text, end)
        self._held, text = "" if is_last else text[end:], text[:end].removesuffix("\n")
        if not text:
            return []
        return [text] if self._is_csv else _ENTRIES.split(text)

    def _uncut(self, portion: str) -> str:
        """Without lines that were cut, and without what is left of one."""
        if not self._is_torn and TRUNCATED not in portion:
            return portion
        self.is_cut = True
        *lines, end = portion.split("\n")
        whole = [f"{line}\n" for line in lines] + ([end] if end else [])
        kept = []
        for line in whole:
            if self._is_torn or TRUNCATED in line:
                self.lacks |= any(phrase in line for phrase in PHRASES)
            else:
                kept.append(line)
            self._is_torn = TRUNCATED in line
        return "".join(kept)


def _end_of_records(text: str) -> int:
    """Where the last record ends: each quote within one is doubled, so outside of all their number is even."""
    end = text.rfind("\n") + 1
    quotes = text.count('"', 0, end)
    while end and quotes % 2:
        begin = text.rfind("\n", 0, end - 1) + 1
        quotes -= text.count('"', begin, end)
        end = begin
    return end


def _begin_of_last_entry(text: str, end: int) -> int:
    """Where the last line begins that belongs to none before it."""
    begin = text.rfind("\n", 0, max(0, end - 1)) + 1
    while begin and text.startswith("\t", begin):
        begin = text.rfind("\n", 0, begin - 1) + 1
    return begin
