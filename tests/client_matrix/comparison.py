"""What the model says of an attempt beside what happened."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from tlscheck.drivers.behaviour import Rule, Verifies
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.recognition import named
from tlscheck.drivers.table import rules_for
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import read_all
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.survival.prediction import Case, Cause, Prediction, Roots, predict
from tlscheck.survival.roots import Seen, Sought, Where, seen

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.running import Client, Happened, possible
from tests.client_matrix.world import File, Trusts, World


@dataclass(frozen=True, slots=True)
class Row:
    """An attempt, predicted and run."""

    attempt: Attempt
    predicted: Prediction
    happened: Happened
    causes: frozenset[Cause]
    """Why it may have failed, by the driver's own words; empty when they say nothing that is known."""

    @property
    def agrees(self) -> bool:
        """Whether it came as predicted: connected or not, encrypted or not, and for that reason."""
        connected = self.happened.tls is not None
        if (self.predicted.connects, self.predicted.is_encrypted) != (connected, bool(self.happened.tls)):
            return False
        return connected or bool(self.causes & set(self.predicted.causes))

    def __str__(self) -> str:
        said = f"connects {self.predicted.connects}, TLS {self.predicted.is_encrypted}, {self.predicted.causes}"
        happened = self.happened.error[:200] if self.happened.tls is None else f"TLS {self.happened.tls}"
        return f"{self.attempt}: predicted {said}; happened {happened} {sorted(self.causes)}"


def rows(client: Client, tried: Iterable[Attempt], world: World) -> list[Row]:
    """Every attempt of one client, run in as few processes as its surroundings allow."""
    found: list[Row] = []
    can_be = filter(possible, tried)
    by_surroundings = sorted(can_be, key=lambda attempt: str(attempt.surroundings))
    for surroundings, group in groupby(by_surroundings, key=lambda attempt: attempt.surroundings):
        together = list(group)
        answers = client.run(world, surroundings, together)
        for attempt, happened in zip(together, answers, strict=True):
            said = predicted(attempt, client.version, world)
            found.append(Row(attempt, said, happened, causes(happened.error)))
    return found


def predicted(attempt: Attempt, version: tuple[int, ...], world: World) -> Prediction:
    """What the model makes of the same words."""
    try:
        connection = _connection(attempt, version)
    except BadRequest as refusal:
        return Prediction(False, False, Verifies.NOTHING, (Cause.NEVER,), refusal=str(refusal))
    rules = _rules(connection) if connection else ()
    if connection is None or len(rules) != 1:
        return Prediction(None, None, None, ())
    found = seen(rules[0], connection, lambda place: _look(place, attempt, world))
    trusts = Trusts.RIGHT if found.is_trusted else Trusts.WRONG
    return predict([Case(rules[0], found.roots, attempt.server.situation(trusts))])


def deciding(attempt: Attempt, version: tuple[int, ...]) -> tuple[Rule, ...]:
    """The rows of the table that decide about it; none where the words alone are refused."""
    try:
        connection = _connection(attempt, version)
    except BadRequest:
        return ()
    return _rules(connection) if connection else ()


def _connection(attempt: Attempt, version: tuple[int, ...]) -> Connection | None:
    """The words as the model reads them; None for a driver or a word that it does not know."""
    return _read(attempt.driver, attempt.text, json.dumps(attempt.options), version)


@lru_cache(maxsize=64)  # the same words are tried at one server after the other
def _read(name: str, text: str, options: str, version: tuple[int, ...]) -> Connection | None:
    try:
        driver, framework = named(name)
    except BadRequest:
        return None
    (connection,) = read_all(Configuration(Words(text, driver, framework, version, json.loads(options))))
    return None if connection.unknown else connection


def _rules(connection: Connection) -> tuple[Rule, ...]:
    return rules_for(connection.driver.family, connection.mode, connection.root, connection.version)


def _look(place: Sought, attempt: Attempt, world: World) -> Seen:
    match place.where:
        case Where.FILE | Where.FIRST:
            file = next((file for file in File if world.file(file) == place.path), File.MISSING)
            roots = {File.MISSING: Roots.MISSING, File.SYSTEM: Roots.MISSING, File.BROKEN: Roots.BROKEN}
            return Seen(roots.get(file, Roots.FOUND), file is File.RIGHT)
        case Where.HOME | Where.ACCOUNT:
            around = attempt.surroundings
            home = around.home if place.where is Where.HOME else around.account
            return Seen(Roots.NONE if home is Trusts.NOBODY else Roots.FOUND, home is Trusts.RIGHT)
        case Where.SYSTEM | Where.JVM:
            return Seen(Roots.FOUND, attempt.surroundings.system is Trusts.RIGHT)
    raise AssertionError(place)


_CAUSES = {
    r"weak sslmode|unsupported sslmode|invalid .*option|invalid URI query": Cause.NEVER,
    r"no TLS implementation configured|verify-ca requires specifying a CA": Cause.NEVER,
    r"sslnegotiation=direct requires SSL": Cause.NEVER,
    # Before the others: libpq tries again in plaintext and says both.
    r"certificate has expired|CERT_HAS_EXPIRED|certificate expired|NotAfter": Cause.EXPIRED,
    r"[Hh]ostname|does not match host name|ALTNAME|not valid for any names": Cause.WRONG_NAME,
    r"certificate is valid for|not present in server certificate": Cause.WRONG_NAME,
    r"root certificate file .* does not exist|Could not open SSL root certificate": Cause.NO_ROOTS,
    r"FileNotFoundError|[Nn]o such file|ENOENT|cannot be accessed": Cause.NO_ROOTS,
    r"failed to load CA: \(null\)": Cause.NO_ROOTS,
    r"could not read root certificate|no certificate or crl found|NO_CERTIFICATE_OR_CRL": Cause.BROKEN_ROOTS,
    r"SSLSocketFactory class provided": Cause.BROKEN_ROOTS,
    r"Loading the SSL root|unable to add CA|couldn't parse pem": Cause.BROKEN_ROOTS,
    r"certificate verify failed|unable to get|UNABLE_TO|self.signed|SELF_SIGNED": Cause.UNTRUSTED,
    r"PKIX path|unknown authority": Cause.UNTRUSTED,
    r"SSL SYSCALL error: EOF|unexpected eof|closed the connection unexpectedly": Cause.NO_TLS,
    r"does not support SSL|rejected SSL|refuses SSL|not support SSL|SSL is not enabled|refused TLS": Cause.NO_TLS,
    r"not support TLS|refused SSL|disconnected before secure TLS": Cause.NO_TLS,
    r"Remote host terminated the handshake": Cause.NO_TLS,
    r"no encryption|no pg_hba.conf entry": Cause.PLAINTEXT_REFUSED,
}


_WITHOUT_TLS = frozenset(Cause) - {Cause.PLAINTEXT_REFUSED, Cause.NO_ROOTS}


def causes(error: str) -> frozenset[Cause]:
    """Why a driver says that it failed; nothing for words that are not known here."""
    if "channel binding required, but SSL not in use" in error:
        return _WITHOUT_TLS  # libpq has forgotten why it has no TLS
    found = next((named for words, named in _CAUSES.items() if re.search(words, error)), None)
    # libpq and pgbouncer say no more of an expired certificate than of an unknown one.
    if found is Cause.UNTRUSTED and re.search(
        r"(SSL error|SSL routines:): ?certificate verify failed\W", f"{error} "
    ):
        return frozenset({Cause.UNTRUSTED, Cause.EXPIRED})
    return frozenset({found} - {None})  # type: ignore[arg-type]  # None was just taken out
