"""Who is who: the clients of one port, or of one address of a shared port."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.contact import Contact, Hello
from tlscheck.rehearsal.replies import Replies
from tlscheck.wording import quoted

OF_A_SHARED_PORT = 8
"""Answers to the same trial that must agree before something is said of a client of a shared port.

Two configurations of one driver behind one address look alike; that one of them alone gives so many answers is one
chance in 128."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be a client, and what they showed."""

    name: str
    replies: Replies
    may_refuse: bool = True
    """Whether it may be offered no TLS: who asks for it then is seen by the address alone."""


def callers(client: str, address: str, attempts: Sequence[Attempt]) -> tuple[Caller, ...]:
    """Those of a named port are one; those of an address of a shared port are told apart by their ClientHellos."""
    if client:
        return (Caller(client, Replies(attempts)),)
    return tuple(_of_an_address(address, attempts))


def _of_an_address(address: str, attempts: Sequence[Attempt]) -> Iterator[Caller]:
    every = tuple(dict.fromkeys(each.hello for attempt in attempts for each in attempt.contacts if each.hello))
    if len(every) <= 1:
        yield Caller(_name(address, every[0] if every else None, 1), Replies(attempts, OF_A_SHARED_PORT))
        return
    # what came without a ClientHello may be anybody's, so none of it is read as the rest of one's attempt
    for hello in every:
        own = tuple(_only(hello, attempt) for attempt in attempts)
        yield Caller(
            _name(address, hello, len(every)),
            Replies(tuple(each for each in own if each.contacts), OF_A_SHARED_PORT),
            may_refuse=False,
        )


def _only(hello: Hello, attempt: Attempt) -> Attempt:
    return replace(
        attempt, contacts=tuple(each for each in attempt.contacts if _is_of(each, hello)), is_whole=False
    )


def _is_of(contact: Contact, hello: Hello) -> bool:
    return contact.hello == hello


def _name(address: str, hello: Hello | None, of: int) -> str:
    """What tells it from the others, in words."""
    if hello is None:
        return f"{address}, without TLS"
    asked = f" for {quoted(hello.server_name)}" if hello.server_name else ""
    return f"{address}{asked}" + (f" (TLS {hello.shape})" if of > 1 else "")
