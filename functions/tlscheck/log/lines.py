"""A stretch of a server's log, line by line, in any of the forms in which PostgreSQL 10 to 18 write it."""

from collections.abc import Iterable, Iterator

from tlscheck.log.event import LogEvent, Unread

DEFAULT_PREFIX = "%t:%r:%u@%d:[%p]:"
"""RDS's own, up to PostgreSQL 15; from 16 on `%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a` (RDS User Guide)."""


def events(texts: Iterable[str], prefix: str) -> Iterator[LogEvent | Unread]:
    """What the texts say, each an event of the log service: a line, or one with the lines that belong to it.

    stderr with this log_line_prefix, and csvlog, may be mixed. What is not about connections is left out; what
    might be and could not be understood is an Unread. No statement, DETAIL or CONTEXT is in what comes.
    """
    raise NotImplementedError
