"""Who connects to a server whose log is recorded, and what its line must be by what the client did.

What a server writes is put together here from what the client and pg_stat_activity know, and never read back by
the code that is under test.
"""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.log_lines.dialogue import Dialogue

WHO = (
    "SELECT application_name, usename, datname, version FROM pg_stat_activity "
    "LEFT JOIN pg_stat_ssl USING (pid) WHERE pid = pg_backend_pid()"
)
type Says = Mapping[str, str | int | bool | None]

FAKE = "2026-01-01 00:00:00 UTC:10.9.8.7(1):spy@spied:[1]:LOG:  connection authorized: user=spy database=spied"
TLS = " SSL enabled (protocol=TLSv1.3, cipher=TLS_AES_256_GCM_SHA384, bits=256)"
QUOTED = FAKE.replace("spy", "secret")
STATEMENTS = (
    f"SELECT '{QUOTED}'",
    f"SELECT 1 -- secret\n{QUOTED}\n{QUOTED}{TLS}\n",
    f"SELECT '{QUOTED}', 1/0",
    "DO $$BEGIN RAISE LOG 'secret\n%', 'could not accept SSL connection: tlsv1 alert unknown ca'; END$$",
    'SELECT \'no pg_hba.conf entry for host "10.9.8.7", user "secret", database "d", no encryption\'',
    (
        "DO $$BEGIN RAISE WARNING E'secret' USING DETAIL = 'connection authorized: user=secret database=spied', "
        "HINT = E'\\n2026-01-01 00:00:00 UTC:10.9.8.7(1):[unknown]@[unknown]:[1]:LOG:  could not accept SSL "
        "connection: sslv3 alert bad certificate'; END$$"
    ),
    "SELECT 'Connection reset by peer', 'could not receive data from client: Connection reset by peer' -- secret",
    "SELECT 'secret' AS \"replication connection authorized: user=secret\"",
)
"""Statements, each with the word `secret`, that quote what the log's reader looks for."""

USERS = (
    "app",
    "Grün app",
    "x@y:[7]:z",
    "two words",
    "two\nlines",
    "standby",
    "rdsadmin",
    "tlscheck",
    "rdsrepladmin",
)
DATABASES = ("orders", "sales @ eu:1", "a database=b")
LONG = "worker " + "0123456789" * 8
ALERTS = {
    42: "bad certificate",
    43: "unsupported certificate",
    44: "certificate revoked",
    45: "certificate expired",
    46: "certificate unknown",
    48: "unknown ca",
    51: "decrypt error",
}
"""By number (RFC 8446, section 6), as OpenSSL words them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server and what a client must know of it."""

    major: int
    port: int
    socket: str
    roots: Path


@dataclass(frozen=True, slots=True)
class Happened:
    """What came of an attempt: its line's message, and what is to be read from it; neither where there is none."""

    name: str
    message: str = ""
    says: Says | None = None
    is_hostile: bool = False
    """Whether a name of it breaks its line: what is to be read may then be said to be unread instead."""


def _context(place: Place, version: str = "") -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(place.roots))
    # Checked by those attempts alone that are about it.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if version == "TLSv1.2":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def _shown(name: bytes, major: int) -> str:
    """An application_name as the server writes it: printable ASCII and else what its version makes of it."""
    spelt = "?" if major < 16 else "\\x{:02x}"
    return "".join(chr(each) if 32 <= each < 127 else spelt.format(each) for each in name)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is let in."""

    name: str
    user: str = "app"
    database: str = "orders"
    application: str | None = None
    tls: str = ""
    """Version at most."""

    address: str = "127.0.0.1"
    replication: str = ""
    kind: str = "CLIENT"
    statements: tuple[str, ...] = ()
    spells: str = ""
    """What of TLS its application_name spells, that is no more than doubtful in its line."""

    is_killed: bool = False

    def happens(self, place: Place) -> Happened:
        """Log in, ask who the server takes it for, and go."""
        with self._dialogue(place) as dialogue:
            agreed = ("", "", 0)
            if self.tls:
                dialogue.ask_for_tls()
                agreed = dialogue.encrypt(_context(place, self.tls))
            is_in = dialogue.log_in(self._parameters())
            known: str | None = ""
            if is_in and self.replication != "true":
                known, *others = dialogue.ask(WHO)
                if others != [self.user, self.database, agreed[0] or None]:
                    raise AssertionError(f"{self.name}: the server takes it for {others}")
            for statement in self.statements:
                dialogue.ask(statement)
            if self.is_killed:
                dialogue.reset()
            elif is_in:
                dialogue.leave()
        # Versions before 12 write no application_name.
        is_named = self.application is not None and place.major >= 12
        is_spelt = bool(self.spells) and is_named
        shown = known or _shown((self.application or "").encode(), place.major)
        says: Says = {
            "what": "connected",
            "address": self.address,
            "port": dialogue.port,
            "user": self.user,
            "database": "" if self.replication == "true" else self.database,
            "application": "x" if is_spelt else shown if is_named else "",
            "protocol": self.spells if is_spelt else agreed[0] or None,
            "kind": self.kind,
            "doubtful": bool(self.tls or is_spelt) and is_named,
        }
        return Happened(self.name, self._message(place, agreed), says, is_hostile="\n" in self.user)

    def _dialogue(self, place: Place) -> Dialogue:
        return Dialogue(self.address, place.port) if self.address else Dialogue.local(place.socket)

    def _parameters(self) -> dict[str, bytes]:
        named = {"user": self.user, "database": self.database, "application_name": self.application}
        named["replication"] = self.replication or None
        return {key: value.encode() for key, value in named.items() if value is not None}

    def _message(self, place: Place, agreed: tuple[str, str, int]) -> str:
        message = f"connection authorized: user={self.user} database={self.database}"
        if self.replication:
            message = f"replication connection authorized: user={self.user}"
        if self.application is not None and place.major >= 12:
            message += f" application_name={_shown(self.application.encode(), place.major)}"
        if not self.tls:
            return message
        bits = f", bits={agreed[2]}" if place.major >= 11 else ""
        packed = ", compression=off" if place.major < 14 else ""
        return f"{message} SSL enabled (protocol={agreed[0]}, cipher={agreed[1]}{bits}{packed})"


@dataclass(frozen=True, slots=True)
class Turned:
    """Somebody who is not let in, before or after the handshake."""

    name: str
    user: str = "app"
    database: str = "orders"
    message: str = ""
    """What the server is to say of it, where there is something to be read; `%s`: user and database."""

    rejection: str = ""
    tls: str = ""
    is_hostile: bool = False
    replication: str = ""

    def happens(self, place: Place) -> Happened:
        """Try to log in."""
        with Dialogue("127.0.0.1", place.port) as dialogue:
            if self.tls:
                dialogue.ask_for_tls()
                dialogue.encrypt(_context(place, self.tls))
            parameters = {"user": self.user.encode(), "database": self.database.encode()}
            if self.replication:
                parameters["replication"] = self.replication.encode()
            if dialogue.log_in(parameters):
                raise AssertionError(f"{self.name}: the server let it in")
        if not self.rejection:
            return Happened(self.name, is_hostile=self.is_hostile)
        ending = "no encryption" if place.major >= 14 else "SSL off"
        says: dict[str, str | int | bool | None] = {
            "what": "rejected",
            "address": "127.0.0.1",
            "port": dialogue.port,
            "rejection": self.rejection,
        }
        message = self.message.format(user=self.user, database=self.database, ending=ending)
        return Happened(self.name, message, says | {"user": self.user, "database": self.database}, self.is_hostile)


@dataclass(frozen=True, slots=True)
class Broken:
    """Somebody who ends the connection in or right after the handshake."""

    name: str
    rejection: str
    how: str
    """`alert`, `close`, `reset`, or `verify` by Python's own ssl."""

    alert: int = 0
    tls: str = "TLSv1.3"

    def happens(self, place: Place) -> Happened:
        """Do so."""
        context = _context(place, self.tls)
        with Dialogue("127.0.0.1", place.port) as dialogue:
            dialogue.ask_for_tls()
            if self.how == "alert":
                dialogue.refuse(context, self.alert)
            elif self.how == "reset":
                dialogue.encrypt(context)
                dialogue.reset()
            elif self.how == "verify":
                strict = ssl.create_default_context(
                    cafile=None if self.rejection == "unknown ca" else str(place.roots)
                )
                strict.maximum_version = context.maximum_version
                try:
                    dialogue.encrypt(strict, "another.example" if "bad" in self.rejection else "server.example")
                except ssl.SSLCertVerificationError:
                    pass
                else:
                    raise AssertionError(f"{self.name}: Python let it pass")
        says: dict[str, str | int | bool | None] = {
            "what": "rejected",
            "address": "127.0.0.1",
            "port": dialogue.port,
            "rejection": self.rejection,
        }
        heads = {"close": "could not accept SSL connection: "}
        heads["reset"] = "could not receive data from client: Connection reset by peer"
        return Happened(
            self.name, heads.get(self.how, f"alert {self.rejection}"), says | {"user": "", "database": ""}
        )


type Attempt = Session | Turned | Broken

NO_ENTRY = 'no pg_hba.conf entry for host "127.0.0.1", user "{user}", database "{database}", {ending}'
NO_REPLICATION = 'no pg_hba.conf entry for replication connection from host "127.0.0.1", user "{user}", {ending}'


def attempts() -> Iterator[Attempt]:
    """All of them but those at an expired certificate, in order."""
    for tls in ("", "TLSv1.2", "TLSv1.3"):
        named = tls or "plaintext"
        yield Session(f"{named} without an application", tls=tls)
        yield Session(f"{named} with one", application="billing app;v1.2", tls=tls)
        yield Session(f"{named}, non-ASCII", user="Grün app", application="Zähler\t1", tls=tls)
        yield Session(f"{named}, a name like a prefix", user="x@y:[7]:z", database="sales @ eu:1", tls=tls)
        yield Session(f"{named}, names like the message's", user="two words", database="a database=b", tls=tls)
    yield Session("an empty application", application="", tls="TLSv1.3")
    yield Session("a long application", application=LONG, tls="TLSv1.3")
    yield Session("a long application in plaintext", application=LONG)
    yield Session("plaintext that spells TLS", application=f"x{TLS}", spells="TLSv1.3")
    yield Session("TLS that spells TLS", application=f"x{TLS}", tls="TLSv1.3")
    yield Session("a unix socket", address="", application="psql")
    yield Session("IPv6", address="::1", application="psql", tls="TLSv1.3")
    yield Session("RDS", user="rdsadmin", kind="RDS")
    yield Session("our own look", user="tlscheck", application="tlscheck", tls="TLSv1.3", kind="TLSCHECK")
    yield Session("one that calls itself our look", application="tlscheck", tls="TLSv1.3")
    yield Session("a walsender", user="standby", replication="true", kind="REPLICATION")
    yield Session(
        "a walsender, TLS", "standby", application="w1", tls="TLSv1.3", replication="true", kind="REPLICATION"
    )
    yield Session(
        "logical", "standby", application="s 1", replication="database", kind="REPLICATION", tls="TLSv1.2"
    )
    yield Session("RDS's walsender", "rdsrepladmin", replication="true", kind="RDS")
    yield Session("statements", statements=STATEMENTS, application="psql", tls="TLSv1.3")
    yield Session("a session that is killed", is_killed=True)
    yield Session("a user of two lines", user="two\nlines")
    for number, rejection in ALERTS.items():
        yield Broken(f"alert {rejection}", rejection, "alert", number, "TLSv1.2")
        yield Broken(f"alert {rejection}, TLS 1.3", rejection, "alert", number)
    for tls in ("TLSv1.2", "TLSv1.3"):
        yield Broken(f"a CA that is not known, {tls}", "unknown ca", "verify", tls=tls)
        yield Broken(f"another name, {tls}", "bad certificate", "verify", tls=tls)
    yield Broken("closed after the SSLRequest", "EOF detected", "close")
    yield Broken("reset after the handshake", "connection reset", "reset", tls="TLSv1.2")
    yield Turned("nobody without TLS", "stranger", message=NO_ENTRY, rejection="no encryption")
    yield Turned("names like a prefix", "x@y:[7]:q", "d e@f", NO_ENTRY, "no encryption")
    yield Turned("no replication without TLS", "reader", "", NO_REPLICATION, "no encryption", replication="true")
    yield Turned("no entry with TLS either", "barred")
    yield Turned("a wrong password", "locked", tls="TLSv1.3")
    yield Turned("our own question", "tlscheck-plaintext", "postgres")
    user, _, database = FAKE.partition("@")
    yield Turned("a line as a user", f"\n{user}", f"{database}\n", NO_ENTRY, "no encryption", is_hostile=True)
    yield Session("a line as a user, with TLS", f"\n{user}", f"{database}\n", tls="TLSv1.3")
    end = ("x@y@z:[1]:LOG:  connection authorized: user=x database=y", "z application_name=")
    yield Turned("the end of a line as names", *end, NO_ENTRY, "no encryption", is_hostile=True)
    yield Turned("quoted names", 'a", database "b", no encryption', "c", NO_ENTRY, "no encryption")


def foreign_attempts() -> Iterator[Attempt]:
    """One of each kind, for servers that speak another language than English."""
    yield Session("plaintext")
    yield Session("TLS with an application", application="psql", tls="TLSv1.3")
    yield Session("a walsender", user="standby", replication="true", kind="REPLICATION", tls="TLSv1.3")
    yield Broken("alert unknown ca", "unknown ca", "alert", 48)
    yield Turned("nobody without TLS", "stranger", message=NO_ENTRY, rejection="no encryption")
    yield Broken("alert bad certificate, TLS 1.2", "bad certificate", "alert", 42, "TLSv1.2")
    yield Broken("closed after the SSLRequest", "EOF detected", "close")
    yield Broken("reset after the handshake", "connection reset", "reset", tls="TLSv1.2")
