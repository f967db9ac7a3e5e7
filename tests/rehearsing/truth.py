"""What a row's client does at real servers, with roots that stand in for AWS's: what a rehearsal must conclude."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from tlscheck.drivers.behaviour import Verifies
from tlscheck.rehearsal.conclusion import Encrypts
from tlscheck.survival.assessment import Scenario, Survival
from tlscheck.trust.trust_store import Authority

from tests.client_matrix.running import Client, Happened
from tests.client_matrix.world import HOST, USER, Kind, World
from tests.local_aws.fleet.certificates import Algorithm, CertificateAuthority, regional
from tests.local_aws.fleet.servers import Servers
from tests.rehearsing.rows import Row, attempt
from tests.rehearsing.stores import Placed, Root, Store, folder, write


class Met(StrEnum):
    """A real server."""

    PRESENT = "the present CA's"
    RSA4096 = "the RSA 4096 target's"
    ECC384 = "the ECC target's"
    PRESENT_ENFORCED = "the present CA's, enforced"
    RSA4096_ENFORCED = "the RSA 4096 target's, enforced"
    ECC384_ENFORCED = "the ECC target's, enforced"
    OFF = "without TLS"
    STRANGER = "a CA's that nobody trusts"
    STRANGER_ENFORCED = "a CA's that nobody trusts, enforced"
    RENAMED = "the present CA's, of another name"


@dataclass(frozen=True, slots=True)
class Real:
    """The servers that run, and where the roots lie that stand in for AWS's."""

    ports: Mapping[Met, int]
    password: str
    directory: Path

    def world(self, met: Met, store: Store) -> World:
        """What a client meets whose store that is."""
        return World(dict.fromkeys(Kind, self.ports[met]), self.password, folder(self.directory, store))


@contextmanager
def real() -> Iterator[Real]:
    """All gone afterwards."""
    present, stranger = regional("eu-central-1"), regional("eu-central-1")
    rsa4096, ecc = regional("eu-central-1", Algorithm.RSA4096), regional("eu-central-1", Algorithm.ECC384)
    issued: dict[Met, tuple[CertificateAuthority | None, str]] = {
        Met.PRESENT: (present, HOST),
        Met.RSA4096: (rsa4096, HOST),
        Met.ECC384: (ecc, HOST),
        Met.PRESENT_ENFORCED: (present, HOST),
        Met.RSA4096_ENFORCED: (rsa4096, HOST),
        Met.ECC384_ENFORCED: (ecc, HOST),
        Met.OFF: (None, HOST),
        Met.STRANGER: (stranger, HOST),
        Met.STRANGER_ENFORCED: (stranger, HOST),
        Met.RENAMED: (present, "other.example"),
    }
    with tempfile.TemporaryDirectory(prefix="tlscheck-rehearsing-") as name, Servers() as servers:
        Path(name).chmod(0o755)
        roots = {
            Root.RSA2048: present.root_pem,
            Root.RSA4096: rsa4096.root_pem,
            Root.ECC384: ecc.root_pem,
            Root.ELSEWHERE: regional("us-east-1").root_pem,
        }
        write(Path(name), roots)
        ports = {
            met: servers.start(
                met.name.lower(), by.issue(host) if by else None, enforced=met.name.endswith("_ENFORCED")
            ).port
            for met, (by, host) in issued.items()
        }
        yield Real(ports, servers.passwords[USER], Path(name))


@dataclass(frozen=True, slots=True)
class Truth:
    """What a client is, as it behaved at real servers."""

    encrypts: Encrypts

    verifies: frozenset[Verifies]
    """What its behaviour allows: several, where what it trusts is not among these roots or it asks for plaintext
    first; none, where it never uses TLS."""

    falls_back: bool
    takes_ecc: bool | None
    """None where it was not tried with a store that holds such a root, or it does not use TLS by itself."""

    survives: Mapping[Scenario, Survival]

    @property
    def worst(self) -> Survival:
        """Of a rotation and of enforcement."""
        told = {self.survives[each] for each in Scenario if each is not Scenario.TODAY}
        return Survival.DOES_NOT if Survival.DOES_NOT in told else Survival.SURVIVES


@dataclass(frozen=True, slots=True)
class _Try:
    client: str
    mode: str
    met: Met
    placed: Placed


def truths(client: Client, rows: Sequence[Row], here: Real) -> dict[Row, Truth]:
    """Of each of its rows, in as few processes as their surroundings and stores allow."""
    tried = list(dict.fromkeys(each for row in rows for each in _tries(row)))
    came: dict[_Try, Happened] = {}
    tried.sort(key=_process)
    for _, together in groupby(tried, key=_process):
        group = list(together)
        spoken = [
            attempt(each.client, each.mode, each.placed, here.world(each.met, each.placed.store)) for each in group
        ]
        first = group[0]
        answers = client.run(here.world(first.met, first.placed.around), first.placed.surroundings, spoken)
        came |= dict(zip(group, answers, strict=True))
    return {row: _truth(row, came) for row in rows}


def _process(one: _Try) -> tuple[str, str]:
    return one.placed.around, str(one.placed.surroundings)


def _targets(row: Row) -> tuple[Met, Met]:
    if row.target is Authority.ECC384_G1:
        return Met.ECC384, Met.ECC384_ENFORCED
    assert row.target is Authority.RSA4096_G1, row
    return Met.RSA4096, Met.RSA4096_ENFORCED


def _well_stocked(placed: Placed) -> Placed:
    """The same place with all roots in it: whether it takes a name or a key shows only where it trusts."""
    return placed if placed.store is Store.NOTHING else Placed(Store.ALL, placed.place)


def _tries(row: Row) -> Iterable[_Try]:
    target, enforced = _targets(row)
    stocked = _well_stocked(row.placed)
    by_itself = (Met.PRESENT, target, Met.PRESENT_ENFORCED, enforced, Met.STRANGER, Met.STRANGER_ENFORCED)
    tried = [(met, row.placed) for met in by_itself]
    tried += [(met, stocked) for met in (Met.OFF, Met.PRESENT, Met.PRESENT_ENFORCED, Met.RENAMED, Met.ECC384)]
    return dict.fromkeys(_Try(row.client, row.mode, met, placed) for met, placed in tried)


def _truth(row: Row, came: Mapping[_Try, Happened]) -> Truth:
    def tls(met: Met, placed: Placed) -> bool | None:
        return came[_Try(row.client, row.mode, met, placed)].tls

    own, stocked = row.placed, _well_stocked(row.placed)
    target, enforced = _targets(row)
    by_itself = tls(Met.PRESENT, stocked)
    encrypts = _encrypts(by_itself, tls(Met.PRESENT_ENFORCED, stocked), tls(Met.OFF, stocked))
    wants_tls = encrypts in {Encrypts.WHEN_OFFERED, Encrypts.ALWAYS}
    met_in = {
        Scenario.TODAY: tls(Met.PRESENT, own),
        Scenario.ROTATED: tls(target, own),
        Scenario.ENFORCED: tls(Met.PRESENT_ENFORCED, own),
        Scenario.BOTH: tls(enforced, own),
    }
    return Truth(
        encrypts,
        frozenset()
        if encrypts is Encrypts.NEVER
        else _verifies(tls(Met.STRANGER_ENFORCED, own), by_itself, tls(Met.RENAMED, stocked)),
        wants_tls and tls(Met.STRANGER, own) is False,
        tls(Met.ECC384, stocked) if by_itself else None,
        {scenario: _survival(came_to, wants_tls) for scenario, came_to in met_in.items()},
    )


def _encrypts(by_itself: bool | None, enforced: bool | None, without: bool | None) -> Encrypts:
    if by_itself is False:
        return Encrypts.WHEN_REFUSED if enforced else Encrypts.NEVER
    return Encrypts.ALWAYS if without is None else Encrypts.WHEN_OFFERED


def _verifies(stranger: bool | None, named: bool | None, renamed: bool | None) -> frozenset[Verifies]:
    if stranger:
        return frozenset({Verifies.NAME if renamed is None else Verifies.NOTHING})
    if not named:
        return frozenset({Verifies.CHAIN, Verifies.CHAIN_AND_NAME})
    return frozenset({Verifies.CHAIN if renamed else Verifies.CHAIN_AND_NAME})


def _survival(tls: bool | None, wants_tls: bool) -> Survival:
    """Plaintext is what it wants, or what it fell back to."""
    return Survival.DOES_NOT if tls is None or (wants_tls and not tls) else Survival.SURVIVES
