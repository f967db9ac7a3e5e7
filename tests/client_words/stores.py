"""Files of roots, whole and damaged, given to real drivers and to tlscheck: what we call usable they must take."""

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from tlscheck.drivers.driver import Driver, Family
from tlscheck.edges.stores.entries import entries
from tlscheck.edges.stores.machine import on_this_machine
from tlscheck.keystores.keystore import Bag
from tlscheck.survival.prediction import Roots
from tlscheck.survival.readable import readers_of
from tlscheck.survival.roots import Sought, Where
from tlscheck.trust.target_roots import TargetRoots, is_trusted
from tlscheck.trust.trust_store import Entry, TrustStore

from tests.client_matrix.attempt import Attempt
from tests.client_matrix.clients import client
from tests.client_matrix.running import Client, Happened
from tests.client_matrix.world import HOST, USER, File, Kind, Surroundings, World, world
from tests.local_aws.fleet.certificates import regional
from tests.store_mangles import Mangle, mangles

CLIENTS = {
    "psql 15": Driver.LIBPQ,
    "psql 17": Driver.LIBPQ,
    "psycopg2": Driver.PSYCOPG2,
    "psycopg": Driver.PSYCOPG,
    "asyncpg": Driver.ASYNCPG,
    "pg8000": Driver.PG8000,
    "node-postgres": Driver.NODE,
    "pgjdbc": Driver.PGJDBC,
    "pgjdbc of Debian": Driver.PGJDBC,
    "pgx": Driver.PGX,
    "lib/pq": Driver.LIB_PQ,
}
EVERYWHERE = ("psql 17", "psycopg2", "psycopg", "asyncpg", "pg8000", "pgjdbc")
"""Those that each machine has which runs the tests."""

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """One file given to one driver."""

    file: str
    client: str
    predicted: bool | None
    """Whether a server of the root in question verifies with it; None: not known."""

    happened: bool
    error: str

    @property
    def is_dangerous(self) -> bool:
        """Whether we call usable what the driver refuses or finds nothing in."""
        return self.predicted is True and not self.happened

    @property
    def is_harmless(self) -> bool:
        """Whether the driver takes more than we say."""
        return self.predicted is False and self.happened


def written(found: Iterable[Mangle], folder: Path) -> dict[str, Path]:
    """The files, each in its place, by what was done to it."""
    folder.mkdir()
    placed: dict[str, Path] = {}
    for number, mangle in enumerate(found):
        path = folder / f"{number:03}.pem"
        if mangle.is_directory:
            path.mkdir()
            (path / "root.pem").write_bytes(mangle.content)
        else:
            path.write_bytes(mangle.content)
        assert mangle.name not in placed, mangle.name
        placed[mangle.name] = path
    return placed


def predicted(path: Path, family: Family, root: x509.Certificate) -> bool | None:
    """What tlscheck says of this file to this family."""
    found, _ = on_this_machine("", None)(Sought(Where.FILE, str(path)), family)
    if not isinstance(found, TrustStore):
        return None if found is Roots.UNKNOWN else False
    now = datetime.now(UTC)
    goal = TargetRoots(tuple(root_entries(root)), "the root")
    return is_trusted(found, goal, readers_of(family), now)[0]


def pairs(here: World, files: Mapping[str, Path], names: Iterable[str], root: x509.Certificate) -> Iterator[Pair]:
    """Each file by each client that is installed."""
    for name in names:
        there = client(name, here)
        if there is None:
            print(f"  {name}: not installed here")
            continue
        driver = CLIENTS[name]
        asked = [_attempt(here, name, driver, path) for path in files.values()]
        for (file, path), answer in zip(files.items(), _answers(there, here, asked), strict=True):
            yield Pair(file, name, predicted(path, driver.family, root), answer.tls is True, answer.error)


def _answers(there: Client, here: World, asked: list[Attempt]) -> list[Happened]:
    """What the driver does with each; a file that ends its whole process is one that it does not take."""
    try:
        return there.run(here, Surroundings(), asked)
    except (subprocess.CalledProcessError, AssertionError):  # Go's x509 has panicked: fewer answers than attempts
        if len(asked) == 1:
            return [Happened(None, "it ends the driver's process")]
    half = len(asked) // 2
    return [*_answers(there, here, asked[:half]), *_answers(there, here, asked[half:])]


def measure() -> None:
    """Prints what differs, and the figures."""
    with world() as here:
        root = x509.load_pem_x509_certificate(Path(here.file(File.RIGHT)).read_bytes())
        other = regional("eu-west-1").root
        files = written(mangles(root, other), here.directory / "mangled")
        found = list(pairs(here, files, CLIENTS, root))
    dangerous, harmless = (
        [pair for pair in found if pair.is_dangerous],
        [pair for pair in found if pair.is_harmless],
    )
    for kind, some in (("dangerous", dangerous), ("harmless", harmless)):
        print(f"{kind}: {dict(Counter(pair.client for pair in some))}")
        for pair in some[:SHOWN]:
            print(f"  {kind}: {pair.client}: {pair.file}: {pair.error[:160]!r}")
    unknown = sum(pair.predicted is None for pair in found)
    print(f"figure client_words.stores {len(files)} files")
    print(f"figure client_words.store_pairs {len(found)} pairs")
    print(f"figure client_words.store_disagreements {len(dangerous)} pairs")
    print(f"figure client_words.store_unknown {unknown} pairs")
    print(f"figure client_words.store_harmless {len(harmless)} pairs")


def root_entries(root: x509.Certificate) -> tuple[Entry, ...]:
    """The root as one that is looked for."""
    return entries([Bag(root.public_bytes(Encoding.DER), "", is_trusted=True)])[0]


def _attempt(here: World, name: str, driver: Driver, path: Path) -> Attempt:
    """The strictest words of this driver with this file, to a server that shows a chain of the root."""
    port, options = here.ports[Kind.GOOD], dict[str, object]()
    asked = urlencode({"sslmode": "verify-full", "sslrootcert": str(path)})
    if driver is Driver.PG8000:
        text, options = "", {"host": HOST, "port": port, "user": USER, "database": "postgres"}
        options |= {"password": here.password, "ssl_context": {"cafile": str(path)}}
    elif driver is Driver.PGJDBC:
        login = urlencode({"user": USER, "password": here.password})
        text = f"jdbc:postgresql://{HOST}:{port}/postgres?{login}&{asked}"
    else:
        text = f"postgresql://{USER}:{here.password}@{HOST}:{port}/postgres?{asked}"
    return Attempt(name, driver, Kind.GOOD, "verify-full", File.RIGHT, Surroundings(), text, options)
