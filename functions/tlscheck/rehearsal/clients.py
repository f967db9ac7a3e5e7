"""Who is who: the clients of one port, or of one address of a shared port."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tlscheck.rehearsal.attempt import Attempt
from tlscheck.rehearsal.contact import Contact, Hello
from tlscheck.rehearsal.replies import Replies, in_plaintext
from tlscheck.wording import quoted

OF_A_SHARED_PORT = 8
"""Answers to the same trial that must agree before something is said of a client of a shared port.

Two configurations of one driver behind one address look alike; that one of them alone gives so many answers is one
chance in 128."""

_MOST_KINDS = 16
"""Of ClientHellos from one address."""

_WHOSE = "several clients here: give each a port (whose connections in plaintext these are cannot be told)"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may be a client, and what they showed."""

    name: str
    replies: Replies
    may_refuse: bool = True
    """Whether it may be offered no TLS: who asks for it then is seen by the address alone."""

    several: str = ""
    """Why nothing is said of it."""


def callers(client: str, address: str, attempts: Sequence[Attempt]) -> tuple[Caller, ...]:
    """Those of a named port are one; those of an address of a shared port are told apart by their ClientHellos."""
    if client:
        return (Caller(client, Replies(attempts)),)
    return tuple(_of_an_address(address, attempts))


def _of_an_address(address: str, attempts: Sequence[Attempt]) -> Iterator[Caller]:
    every = tuple(dict.fromkeys(each.hello for attempt in attempts for each in attempt.contacts if each.hello))
    if len(every) <= 1 or len(every) > _MOST_KINDS:
        # too many to tell apart contradict each other
        yield Caller(_name(address, every[0] if len(every) == 1 else None), Replies(attempts, OF_A_SHARED_PORT))
        return
    for hello in every:
        own = (_only(attempt, partial(_is_of, hello)) for attempt in attempts)
        yield Caller(
            f"{_name(address, hello)} (TLS {hello.shape})",
            Replies(tuple(each for each in own if each.contacts), OF_A_SHARED_PORT),
            may_refuse=False,
        )
    plain = tuple(each for attempt in attempts if (each := _only(attempt, in_plaintext)).contacts)
    if plain:
        # it may be the rest of anybody's attempt
        yield Caller(_name(address, None), Replies(plain, OF_A_SHARED_PORT), may_refuse=False, several=_WHOSE)


def _is_of(hello: Hello, contact: Contact) -> bool:
    return contact.hello == hello


def _only(attempt: Attempt, is_own: Callable[[Contact], bool]) -> Attempt:
    return replace(attempt, contacts=tuple(filter(is_own, attempt.contacts)), is_whole=False)


def _name(address: str, hello: Hello | None) -> str:
    """Where it came from and whom it asked for, in words."""
    if hello is None:
        return f"{address}, without TLS"
    return f"{address} for {quoted(hello.server_name)}" if hello.server_name else address
