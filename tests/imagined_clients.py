"""Imagined clients: what each does is known, so that what a rehearsal says of it can be held against that."""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from itertools import count

from tlscheck.drivers.behaviour import Looks, Place, Rule, Transport, Verifies
from tlscheck.drivers.driver import Family
from tlscheck.edges.stores.rds_roots import roots as known
from tlscheck.rehearsal.contact import Contact, Ended, Hello, Startup
from tlscheck.rehearsal.direction import Direction
from tlscheck.rehearsal.goal import Goal, goal
from tlscheck.rehearsal.trial import Key, Shows, Tls, Trial
from tlscheck.survival.assessment import Scenario, Survival, verdict_of
from tlscheck.survival.prediction import Case, Roots, Situation, predict
from tlscheck.trust.trust_store import Authority, Entry

REGION = "eu-central-1"
PRESENT, RSA4096, ECC = Authority.RSA2048_G1, Authority.RSA4096_G1, Authority.ECC384_G1


_ASKS_AFTER = 0.002
"""Seconds from when a connection is accepted to its first word."""


class Style(StrEnum):
    """How it says why it refuses."""

    TELLING = "tells who holds a root in every version, as OpenSSL"
    TELLING_1_2 = "tells it in TLS 1.2 alone, as pgjdbc"
    TELLING_1_3 = "tells it in TLS 1.3 alone"
    ALIKE = "says the same of every certificate, as Go"
    SILENT = "closes without an alert, as asyncpg"


@cache
def aim(target: Authority = RSA4096, present: Authority = PRESENT, *, test_root: bool = False) -> Goal:
    """What is to be found out of imagined clients, with AWS's own roots."""
    made = goal((f"orders.c9x2example.{REGION}.rds.amazonaws.com",), REGION, present, target, known())
    return replace(made, test_root=test_root)


def root(authority: Authority) -> Entry:
    """The Region's."""
    return next(each for each in known() if each.region == REGION and each.family is authority)


@dataclass(frozen=True)
class Imagined:
    """A client."""

    transport: Transport = Transport.TLS
    verifies: Verifies = Verifies.NOTHING
    store: frozenset[str] = frozenset()
    """SHA-256 of what it trusts."""

    style: Style = Style.TELLING
    tells_name: bool = False
    """Its alert to a wrong name is another one, before it looks at the signature."""

    versions: frozenset[Tls] = frozenset(Tls)
    takes_ecc: bool = True
    trusts_test_root: bool = False
    comes_back: bool = False
    """In plaintext, after our error over TLS: as a `prefer` does."""

    shape: str = "shape"
    user: str = "app"

    @property
    def has_chain(self) -> bool:
        return self.verifies in {Verifies.CHAIN, Verifies.CHAIN_AND_NAME}

    @property
    def has_name(self) -> bool:
        return self.verifies in {Verifies.NAME, Verifies.CHAIN_AND_NAME}

    def answer(self, trial: Trial) -> tuple[Ended, str]:
        """How its connection ends that is shown a certificate."""
        if trial.tls not in self.versions or (trial.key is Key.P384 and not self.takes_ecc):
            return Ended.INCAPABLE, ""
        wrong = self._wrong(trial)
        if not wrong:
            return Ended.STARTED, ""
        if self.style is Style.SILENT:
            return Ended.CLOSED, ""
        tells = {
            Style.TELLING: set(Tls),
            Style.TELLING_1_2: {Tls.V1_2},
            Style.TELLING_1_3: {Tls.V1_3},
            Style.ALIKE: set(),
        }[self.style]
        return Ended.ALERTED, wrong if trial.tls in tells else "bad_certificate"

    def _wrong(self, trial: Trial) -> str:
        is_of_test_root = trial.shows in {Shows.TRUSTED, Shows.OWN_FORGERY}
        if self.has_chain and not (self.trusts_test_root if is_of_test_root else trial.root in self.store):
            return "unknown_ca"
        if self.has_name and not trial.is_named and (self.tells_name or not self.has_chain or trial.root == ""):
            return "certificate_unknown"
        if self.has_chain and trial.shows in {Shows.FORGERY, Shows.OWN_FORGERY}:
            return "decrypt_error"
        if self.has_chain and not trial.is_in_date:
            return "certificate_expired"
        return ""

    def fate(self, aimed: Goal, scenario: Scenario) -> Survival:
        """What becomes of it: by the rules that `tlscheck client` is told by."""
        authority = aimed.target if scenario in {Scenario.ROTATED, Scenario.BOTH} else aimed.present
        assert authority
        can = self.takes_ecc or authority is not ECC
        verifies = self.verifies if can else Verifies.CHAIN  # a handshake that fails, as one of a CA unknown
        rule = Rule(Family.LIBPQ, ("",), self.transport, verifies, Place(Looks.FILE))
        enforces = scenario in {Scenario.ENFORCED, Scenario.BOTH}
        situation = Situation(enforces_tls=enforces, is_trusted=can and root(authority).sha256 in self.store)
        return verdict_of(predict([Case(rule, Roots.FOUND, situation)]))


@dataclass
class Stage:
    """A rehearsal, and the time in it."""

    aimed: Goal
    port: str = "orders"
    now: float = 0.0
    direction: Direction = field(init=False)
    shown: list[Trial] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))
    _open: list[tuple[float, int, Contact]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.direction = Direction(self.aimed)

    def comes(self, clients: Sequence[Imagined], address: str = "192.0.2.7", at: float = 0.0) -> None:
        """One attempt of each, at the same time; some connections are still open when others end."""
        for client in clients:
            self._connects(client, address, self.now + at)

    def probed(self, address: str = "192.0.2.7", *, asks: bool = False) -> None:
        """A health check: it connects and closes, or asks for TLS first."""
        trial = None
        if asks and not self.direction.offers_tls(self.port, address, self.now):
            trial = self.direction.trial(self.port, address, None, self.now)
        ended = Ended.WITHOUT_TLS if trial else Ended.CLOSED if asks else Ended.SILENT
        self._ends(self.now, 0.001, address, ended, trial)

    def passes(self, seconds: float) -> None:
        """Time goes on, and what is open ends."""
        self.now += seconds
        self._settle(self.now)

    def _settle(self, until: float) -> None:
        while self._open and self._open[0][0] <= until:
            self.direction.met(heapq.heappop(self._open)[2])

    def _connects(self, client: Imagined, address: str, at: float) -> None:
        if client.transport in {Transport.PLAIN, Transport.PLAIN_FIRST}:
            self._ends(at, 0.001, address, Ended.PLAINTEXT, who=client)
            if client.transport is Transport.PLAIN:
                return
            at += 0.002
        asks = at + _ASKS_AFTER
        self._settle(asks)
        if not self.direction.offers_tls(self.port, address, asks):
            trial = self.direction.trial(self.port, address, None, asks)
            self.shown.append(trial)
            ended = Ended.WITHOUT_TLS if client.transport is Transport.TLS else Ended.PLAINTEXT
            self._ends(at, 0.003, address, ended, trial, who=client)
            return
        hello = Hello("orders", (), client.shape)
        self._settle(asks + 0.001)
        trial = self.direction.trial(self.port, address, hello, asks + 0.001)
        self.shown.append(trial)
        ended, alert = client.answer(trial)
        # the alert may be read after the plaintext connection that follows it was accepted, and has ended
        self._ends(at, 0.04, address, ended, trial, hello, alert, client)
        is_back = client.comes_back if ended is Ended.STARTED else client.transport is Transport.TLS_FIRST
        if is_back:
            self._ends(at + 0.01, 0.005, address, Ended.PLAINTEXT, who=client)

    def _ends(  # noqa: PLR0917 - as many things are told of a connection
        self,
        at: float,
        lasts: float,
        address: str,
        ended: Ended,
        trial: Trial | None = None,
        hello: Hello | None = None,
        alert: str = "",
        who: Imagined | None = None,
    ) -> None:
        says = who is not None and ended in {Ended.STARTED, Ended.PLAINTEXT}
        startup = Startup(who.user, "orders", "") if says and who else None
        number = next(self._numbers)
        contact = Contact(
            number, at, at + lasts, self.port, address, ended, trial, hello=hello, alert=alert, startup=startup
        )
        heapq.heappush(self._open, (at + lasts, number, contact))
