"""A server's side of a login and a look, followed as its bytes arrive: what pg8000 must not meet ends here.

pg8000 answers whatever it is asked; the guard knows what may be asked when, and of whom. Source: PostgreSQL,
src/include/libpq/protocol.h (AUTH_REQ_*) and the manual, "Message Flow"; RFC 5802 for SCRAM.
"""

from collections.abc import Mapping

from tlscheck.wire.messages import (
    Incoming,
    Message,
    ProtocolBroken,
    check_description,
    check_row,
    check_setting,
    error_fields,
)
from tlscheck.wire.scram import iterations_of
from tlscheck.wire.target import Login

OK, CLEARTEXT, MD5, SASL, SASL_CONTINUE, SASL_FINAL = 0, 3, 5, 10, 11, 12
"""Authentication requests."""

_OTHER_WAYS = {2: "Kerberos", 6: "SCM", 7: "GSSAPI", 9: "SSPI"}
_NEXT = {
    None: {OK, CLEARTEXT, MD5, SASL},
    CLEARTEXT: {OK},
    MD5: {OK},
    SASL: {SASL_CONTINUE},
    SASL_CONTINUE: {SASL_FINAL},
    SASL_FINAL: {OK},
}
MECHANISMS = frozenset({b"SCRAM-SHA-256", b"SCRAM-SHA-256-PLUS"})
"""All that PostgreSQL has."""

_ASIDE = frozenset("NA")
"""Notices and notifications, which may come at any time and mean nothing here."""

_OF_AN_ANSWER = frozenset("TD")
"""What makes pg8000 hold more, and follows no error."""


class NoTokenAsked(ProtocolBroken):
    """The server wants a password proved where a member of rds_iam is asked for its token: nothing is answered."""


class PasswordInTheClear(ProtocolBroken):
    """The server wants the password itself, which it then could read: nothing is answered.

    RDS asks that of members of rds_iam alone, who log in by tokens (awsdocs/amazon-rds-user-guide#111).
    """


class Guard:
    """One conversation with one server, by a login of this kind."""

    def __init__(self, login: Login) -> None:
        self._login = login
        self._incoming = Incoming()
        self._is_described = self._is_answered = False
        self.request: int | None = None
        """The last authentication request that was read, which need not have been answered yet."""

        self.iterations = 0
        """Of SCRAM, as the server asks for them."""

        self.has_the_credential = False
        """Whether the server asked for a credential as it is, and so may repeat it in any form."""

        self.is_in = False
        """Whether the login is over."""

        self.error: Mapping[str, str] | None = None
        """The fields of the server's ErrorResponse by their letter."""

    def feed(self, data: bytes | memoryview) -> None:
        """Follow the next bytes, in pieces of any size; none means that the server has closed the connection.

        Raises ProtocolBroken before the reader gets what it must not answer.
        """
        self._incoming.feed(data)
        while message := self._incoming.next():
            self._follow(message)

    def _follow(self, message: Message) -> None:
        if message.kind == "E":
            self.error = error_fields(message.body)
        elif self.error is not None and message.kind in _OF_AN_ANSWER:
            raise ProtocolBroken(f"the server sent a message of type {message.kind} after an error")
        elif self.error is None and message.kind not in _ASIDE:
            if message.kind == "S":
                check_setting(message.body)
            elif self.is_in:
                self._follow_answer(message)
            else:
                self._follow_login(message)

    def _follow_login(self, message: Message) -> None:
        match message.kind:
            case "R" if self.request != OK:
                self._follow_authentication(message.body)
            case "K" if self.request == OK:
                pass
            case "Z" if self.request == OK:
                self.is_in = True
            case kind:
                raise ProtocolBroken(f"the server sent a message of type {kind} in the middle of a login")

    def _follow_answer(self, message: Message) -> None:
        match message.kind:
            case "T" if not self._is_described:
                check_description(message.body)
                self._is_described = True
            case "D" if self._is_described and not self._is_answered:
                check_row(message.body, message.row)
                self._is_answered = True
            case "C" | "I":
                pass
            case "Z":
                self._is_described = self._is_answered = False
            case kind:
                raise ProtocolBroken(f"the server sent a message of type {kind} in the middle of an answer")

    def _follow_authentication(self, body: bytes) -> None:
        if len(body) < 4:
            raise ProtocolBroken("the server sent an authentication request that is none")
        code, rest = int.from_bytes(body[:4]), body[4:]
        if self.request in {SASL, SASL_CONTINUE} and code == OK:
            raise ProtocolBroken("the server ended the SCRAM exchange without its own proof")
        if self.request is None and code not in {*_NEXT, OK}:
            named = _OTHER_WAYS.get(code, f"authentication request {code}")
            raise ProtocolBroken(f"the server asks for a way to authenticate that is not spoken here: {named}")
        if code not in _NEXT[self.request]:
            raise ProtocolBroken(f"the server sent authentication request {code} out of turn")
        if code in {MD5, SASL} and self._login is Login.IAM:
            raise NoTokenAsked("the server asks for a password instead of an IAM token")
        if code == CLEARTEXT and self._login is not Login.IAM:
            raise PasswordInTheClear("the server asks for the password itself")
        if code == SASL_CONTINUE:
            self.iterations = iterations_of(rest)
        _check_request(code, rest)
        self.has_the_credential |= code == CLEARTEXT
        self.request = code


def _check_request(code: int, rest: bytes) -> None:
    match code:
        case 5 if len(rest) != 4:  # MD5
            raise ProtocolBroken("the server sent an MD5 salt of another length than 4")
        case 10 if not rest.endswith(b"\0\0") or MECHANISMS.isdisjoint(rest.split(b"\0")):  # SASL
            raise ProtocolBroken("the server offers no SCRAM that is known here")
        case 12 if rest.startswith(b"e="):  # SASL_FINAL
            raise ProtocolBroken("the server ended the SCRAM exchange with an error")
        case _:
            pass
