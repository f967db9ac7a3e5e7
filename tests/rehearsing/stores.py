"""What a client's store holds, and where it lies: of AWS's real roots, and of roots that stand in for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tests.client_matrix.world import File, Surroundings, Trusts


class Root(StrEnum):
    """A root that a store may hold, as the subject's common name says it."""

    RSA2048 = "Amazon RDS eu-central-1 Root CA RSA2048 G1"
    RSA4096 = "Amazon RDS eu-central-1 Root CA RSA4096 G1"
    ECC384 = "Amazon RDS eu-central-1 Root CA ECC384 G1"
    ELSEWHERE = "Amazon RDS us-east-1 Root CA RSA2048 G1"


class Store(StrEnum):
    """What a client's store holds."""

    NOTHING = "nothing"
    """There is no file: what a client trusts then is its own affair."""

    PRESENT = "present"
    TARGET = "target"
    BOTH = "both"
    ECC = "ECC"
    ALL = "all"
    OTHER_REGION = "other Region"

    @property
    def roots(self) -> tuple[Root, ...]:
        """In the file's order."""
        return _ROOTS[self]


_ROOTS = {
    Store.NOTHING: (),
    Store.PRESENT: (Root.RSA2048,),
    Store.TARGET: (Root.RSA4096,),
    Store.BOTH: (Root.RSA2048, Root.RSA4096),
    Store.ECC: (Root.ECC384,),
    Store.ALL: (Root.RSA2048, Root.RSA4096, Root.ECC384),
    Store.OTHER_REGION: (Root.ELSEWHERE,),
}


class Place(StrEnum):
    """Where the store lies."""

    FILE = "file"
    """The client's own words name it."""

    HOME = "home"
    ACCOUNT = "account"
    SYSTEM = "system"

    @property
    def surroundings(self) -> Surroundings:
        """Those of a client whose store lies there."""
        return _SURROUNDINGS[self]


_SURROUNDINGS = {
    Place.FILE: Surroundings(),
    Place.HOME: Surroundings(home=Trusts.RIGHT),
    Place.ACCOUNT: Surroundings(account=Trusts.RIGHT),
    Place.SYSTEM: Surroundings(system=Trusts.RIGHT),
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A store in its place."""

    store: Store
    place: Place

    @property
    def file(self) -> File:
        """What the client's words name."""
        return File.RIGHT if self.store is not Store.NOTHING and self.place is Place.FILE else File.NONE

    @property
    def surroundings(self) -> Surroundings:
        """What lies around it."""
        return self.place.surroundings if self.store is not Store.NOTHING else Surroundings()

    @property
    def around(self) -> Store:
        """What the client's process has around it: the same for all that name a file."""
        return self.store if self.place is not Place.FILE else Store.NOTHING


def write(directory: Path, roots: Mapping[Root, bytes]) -> None:
    """A folder for each store, in the shape in which tests.client_matrix.world finds them. `roots` are PEM."""
    for store in Store:
        folder = directory / store.name.lower()
        folder.mkdir()
        folder.chmod(0o755)  # pgbouncer, which refuses to be root, reads them too
        held = b"".join(roots[each] for each in store.roots)
        (folder / "right.pem").write_bytes(held)
        for trusts in Trusts:
            (folder / f"home-{trusts}" / ".postgresql").mkdir(parents=True)
        (folder / f"home-{Trusts.RIGHT}" / ".postgresql" / "root.crt").write_bytes(held)


def folder(directory: Path, store: Store) -> Path:
    """Where `write` has put it."""
    return directory / store.name.lower()
