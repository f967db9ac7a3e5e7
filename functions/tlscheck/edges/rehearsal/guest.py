"""One connection of a client: what it asks for, what it is shown, and how it ends."""

import asyncio
import ssl
from dataclasses import asdict, replace
from functools import partial

from tlscheck.edges.rehearsal.context import PROTOCOL
from tlscheck.edges.rehearsal.encryption import Encryption, reason
from tlscheck.edges.rehearsal.reception import Reception
from tlscheck.rehearsal import refusal
from tlscheck.rehearsal.awaits import Awaits
from tlscheck.rehearsal.client_hello import HANDSHAKE, NoHello, hello
from tlscheck.rehearsal.contact import Contact, Ended
from tlscheck.rehearsal.first_packet import Asks, First, first, wanted
from tlscheck.rehearsal.parting import Parting, failed, left

_ENCRYPTED = {Asks.TLS, Asks.GSS, Asks.DIRECT}
_LAST = 2.0  # seconds for the last words to be taken


class Guest(asyncio.Protocol):
    """Answers a client as PostgreSQL does until its StartupMessage; nothing that comes after it is looked at."""

    _transport: asyncio.Transport

    def __init__(self, reception: Reception, client: str) -> None:
        self._reception = reception
        self._client = client
        self._awaits = Awaits.FIRST
        self._read = bytearray()
        self._bytes = self._pieces = 0
        self._spent: set[Asks] = set()
        self._encryption: Encryption | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what asyncio gives to a Protocol of a server
        self._transport = transport
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        at = self._reception.at()
        number = self._reception.admit(address, partial(self._cut, "too many connections"))
        self._contact = Contact(number, at, at, self._client, address, Ended.SILENT)
        self._timer = self._due()

    def data_received(self, data: bytes) -> None:
        if self._awaits is Awaits.NOTHING:
            return
        self._bytes += len(data)
        self._pieces += 1
        if self._bytes > self._reception.limits.bytes or self._pieces > self._reception.limits.pieces:
            self._cut("it sent too much before its StartupMessage")
            return
        if self._encryption:
            self._encryption.take(data)
        else:
            self._read += data
        self._go_on()

    def eof_received(self) -> None:
        self._left()

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is None or isinstance(exc, ConnectionError):  # a reset says no more than a close
            self._left()
        else:
            self._cut(f"the connection was lost: {exc}")
        self._timer.cancel()
        self._reception.leave(self._contact.address, self._contact.number)

    def _go_on(self) -> None:
        steps = {
            Awaits.FIRST: self._asked,
            Awaits.HELLO: self._greeted,
            Awaits.HANDSHAKE: self._shaken,
            Awaits.STARTUP: self._started,
        }
        before = None
        while before is not self._awaits and self._awaits in steps:
            before = self._awaits
            steps[before]()

    def _asked(self) -> None:
        """In plaintext: requests for encryption, or the StartupMessage."""
        while self._awaits is Awaits.FIRST:
            asked = first(bytes(self._read), self._spent)
            del self._read[: asked.size]
            match asked.asks:
                case Asks.MORE:
                    return
                case Asks.TLS:
                    self._asked_tls()
                case Asks.GSS:
                    self._contact = replace(self._contact, asked_gss=True)
                    self._say(b"N")
                case Asks.DIRECT:
                    self._contact = replace(self._contact, is_direct=True)
                    self._asked_tls()
                case Asks.NOTHING if Asks.TLS in self._spent and self._read[0] == HANDSHAKE:
                    # postgres.js with an object for `ssl`: it goes on as if TLS were there, and fails
                    self._end(Parting(Ended.WITHOUT_TLS, "it began TLS although it was refused"))
                case _:
                    self._answer(asked, Ended.PLAINTEXT)
            self._spent |= {asked.asks, Asks.DIRECT}
            if self._awaits is Awaits.FIRST and self._read:
                # what follows a "no" before it was read may be somebody else's
                request = "SSL" if asked.asks is Asks.TLS else "GSSAPI encryption"
                self._refuse(f"received unencrypted data after {request} request", "08P01")

    def _asked_tls(self) -> None:
        contact, is_direct = self._contact, self._contact.is_direct
        direction, at = self._reception.direction, self._reception.at()
        if direction.offers_tls(contact.client, contact.address, at):
            if not is_direct:
                self._transport.write(b"S")
            self._enter(Awaits.HELLO)
            return
        self._contact = replace(self._contact, trial=direction.trial(contact.client, contact.address, None, at))
        if is_direct:
            self._end(Parting(Ended.WITHOUT_TLS, "it began TLS without asking, and was refused"))
        else:
            self._transport.write(b"N")
            self._enter(Awaits.FIRST)

    def _greeted(self) -> None:
        """The ClientHello is looked at before TLS begins: what is shown may depend on who it is."""
        try:
            shown = hello(bytes(self._read))
        except NoHello as what:
            self._end(Parting(Ended.NOT_UNDERSTOOD, str(what)))
            return
        if shown is None:
            return
        contact, at = self._contact, self._reception.at()
        self._contact = replace(self._contact, hello=shown)
        if contact.is_direct and shown.protocols and PROTOCOL not in shown.protocols:
            self._transport.write(refusal.NO_PROTOCOL)
            self._end(Parting(Ended.NOT_UNDERSTOOD, "it began TLS without asking, for another protocol (ALPN)"))
            return
        trial = self._reception.direction.trial(contact.client, contact.address, shown, at)
        self._contact = replace(self._contact, trial=trial)
        try:
            self._encryption = Encryption(self._reception.forger.context(trial))
        except (ValueError, OSError) as what:  # no file is left for its key
            self._cut(f"not shown: {what}")
            return
        self._encryption.take(bytes(self._read))
        self._read.clear()
        self._enter(Awaits.HANDSHAKE)

    def _shaken(self) -> None:
        encryption, trial = self._encryption, self._contact.trial
        if encryption is None or trial is None:
            return
        try:
            is_done = encryption.shakes_hands()
        except ssl.SSLError as error:
            self._end(failed(reason(error)))
            return
        self._transport.write(encryption.outgoing())
        if not is_done:
            return
        self._contact = replace(self._contact, spoken=encryption.version())
        self._reception.forger.spent(trial)
        self._spent = {Asks.DIRECT} if self._contact.is_direct else _ENCRYPTED
        if self._contact.is_direct and encryption.protocol() != PROTOCOL:
            self._end(Parting(Ended.NOT_UNDERSTOOD, "it began TLS without asking, and without a protocol (ALPN)"))
            return
        self._enter(Awaits.STARTUP)

    def _started(self) -> None:
        """Over TLS: nothing is decrypted for us beyond the packet itself."""
        encryption = self._encryption
        if encryption is None:
            return
        try:
            if not encryption.fills(self._read, wanted):
                return
        except ssl.SSLError as error:
            self._end(failed(reason(error)))
            return
        asked = first(bytes(self._read), self._spent)
        if asked.asks in _ENCRYPTED:
            # PostgreSQL 17 refuses these of who began with TLS, once each, and goes on
            self._spent.add(asked.asks)
            self._read.clear()
            self._say(b"N")
            self._started()
            return
        self._answer(asked, Ended.STARTED)

    def _answer(self, asked: First, ended: Ended) -> None:
        """A StartupMessage, a CancelRequest, or neither."""
        if asked.asks is Asks.CANCEL:
            self._end(Parting(Ended.CANCELLED))
        elif asked.startup is None:
            self._refuse(asked.why, asked.sqlstate)
        else:
            self._contact = replace(self._contact, startup=asked.startup)
            address = None if ended is Ended.STARTED else self._contact.address
            self._say(refusal.refused(asked.startup, address, asked.minor, asked.negotiates))
            self._end(Parting(ended))

    def _refuse(self, why: str, sqlstate: str) -> None:
        if sqlstate:
            self._say(refusal.error(why, sqlstate))
        self._end(Parting(Ended.NOT_UNDERSTOOD, why))

    def _say(self, words: bytes) -> None:
        if self._encryption:
            self._encryption.write(words)
            words = self._encryption.outgoing()
        self._transport.write(words)

    def _left(self) -> None:
        """The client has closed, or its connection is lost."""
        if self._awaits is not Awaits.NOTHING:
            self._end(left(self._contact, self._awaits is not Awaits.FIRST, bool(self._read)))

    def _cut(self, why: str) -> None:
        if self._awaits is not Awaits.NOTHING:
            self._end(Parting(Ended.CUT, why))
        self._transport.abort()

    def _end(self, parting: Parting) -> None:
        """Tell it, and close when the last words are sent."""
        self._awaits = Awaits.NOTHING
        self._read.clear()
        self._contact = replace(self._contact, ended_at=self._reception.at(), **asdict(parting))
        if self._encryption:
            self._transport.write(self._encryption.farewell())
        self._timer.cancel()
        self._timer = self._reception.loop.call_later(_LAST, self._transport.abort)
        self._transport.close()
        self._reception.tell(self._contact)

    def _enter(self, stage: Awaits) -> None:
        self._awaits = stage
        self._timer.cancel()
        self._timer = self._due()

    def _due(self) -> asyncio.TimerHandle:
        return self._reception.loop.call_later(self._reception.limits.seconds, self._late)

    def _late(self) -> None:
        seconds = self._reception.limits.seconds
        if self._awaits is Awaits.STARTUP and not self._read:
            # lib/pq's verify-ca leaves a connection open that it has refused
            self._end(Parting(Ended.CLOSED, f"it said nothing for {seconds:g} seconds after the handshake"))
        self._cut(f"it was silent or too slow for {seconds:g} seconds")
