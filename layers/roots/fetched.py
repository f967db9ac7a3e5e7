"""A partition's bundle as AWS publishes it: fetched over verified TLS, compared with ours, then written."""

import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tlscheck.edges.stores.rds_trust_store import OWNER

from layers.roots.bundle import (
    LARGEST_BUNDLE,
    Refused,
    Roots,
    Vetted,
    is_in_date,
    regions,
    vet,
)
from layers.roots.folder import Held, held, roots_in, source_of, write

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Refresh:
    """A bundle that was looked at, all of it, and may be written."""

    partition: str
    url: str
    roots: Roots
    current: Roots
    vetted: Vetted

    def write(self, now: datetime, folder: Path) -> None:
        """Writes it where it changes anything; what it shares with the owner's own file is the bundle's then."""
        if self.current != self.roots:
            write(f"{self.partition}.pem", self.roots, self.url, now, folder)
        owners = roots_in(folder / OWNER)
        if shared := owners.keys() & self.roots.keys():
            kept = {name: root for name, root in owners.items() if name not in shared}
            write(OWNER, kept, source_of(OWNER, folder), now, folder)

    def lines(self, owners: Roots) -> list[str]:
        """What it changes, a line each."""
        new = self.roots.keys() - self.current.keys()
        return [
            *(f"+ {name}" + ", no longer your own" * (name in owners) for name in sorted(new)),
            *(f"- {name}" for name in sorted(self.current.keys() - self.roots.keys())),
            *(f"left out: {name}: {why}" for name, why in self.vetted.left_out),
            f"{len(self.roots)} roots of {len(regions(self.roots))} Regions",
        ]


def plan(  # noqa: PLR0913, PLR0917 - a question has as many parts
    partition: str,
    url: str,
    context: ssl.SSLContext,
    now: datetime,
    folder: Path,
    losing: Collection[str] = (),
) -> Refresh:
    """Fetches a partition's bundle and looks at all of it, with nothing written. Raises Refused.

    `losing` names the roots in date that may be gone from it.
    """
    vetted = vet(fetch(url, context), now, partition)
    trusted = held(folder)
    compare(trusted, vetted)
    mine = {name: each for name, each in trusted.items() if each.file == f"{partition}.pem"}
    keep(mine, vetted, now, losing)
    return Refresh(partition, url, vetted.roots, roots_in(folder / f"{partition}.pem"), vetted)


def compare(trusted: Mapping[str, Held], vetted: Vetted) -> None:
    """Raises Refused where a bundle puts another certificate under a name that any file of the layer has."""
    if not vetted.roots:
        raise Refused("not one root certificate in it may be trusted")
    for name, root in sorted({**vetted.foreign, **vetted.roots}.items()):
        if name in trusted and trusted[name].certificate != root:
            file = trusted[name].file
            yours = f'; if yours is the wrong one: make trust-store REMOVE="{name}"' if file == OWNER else ""
            raise Refused(f"it brings another certificate under the name {name} than {file} has{yours}")


def keep(mine: Mapping[str, Held], vetted: Vetted, now: datetime, losing: Collection[str]) -> None:
    """Raises Refused where a root in date is gone that nobody gave up by name."""
    gone = [
        name
        for name, root in sorted(mine.items())
        if name not in vetted.roots and name not in losing and is_in_date(root.certificate, now)
    ]
    if gone:
        more = f" and {len(gone) - MOST_NAMED} more" if len(gone) > MOST_NAMED else ""
        raise Refused(
            f"it lacks what is in date and trusted today: {', '.join(gone[:MOST_NAMED])}{more}; if AWS gave that "
            f'up: make trust-store LOSE="{", ".join(gone)}"'
        )


def not_held(names: Collection[str], partitions: Collection[str], folder: Path) -> list[str]:
    """Those of the names under which no bundle of these partitions has a root: none of theirs can be lost."""
    files = {f"{partition}.pem" for partition in partitions}
    ours = {name for name, each in held(folder).items() if each.file in files}
    return [name for name in names if name not in ours]


def fetch(url: str, context: ssl.SSLContext, timeout: float = 30) -> bytes:
    """The bytes at an https URL, over verified TLS. Raises Refused with what went wrong."""
    if urllib.parse.urlsplit(url).scheme != "https":
        raise Refused(f"{url} is not an https URL")
    opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirects)
    try:
        with opener.open(url, timeout=timeout) as answer:
            body = bytes(answer.read(LARGEST_BUNDLE + 1))
            announced = answer.headers.get("Content-Length")
    except (urllib.error.URLError, OSError) as error:
        raise Refused(f"{url} gave no answer: {error}") from None
    if len(body) > LARGEST_BUNDLE:
        raise Refused(f"more than {LARGEST_BUNDLE} bytes")
    if announced is not None and announced != str(len(body)):
        raise Refused(f"cut short: {len(body)} of {announced} bytes")
    return body


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """AWS's URLs answer themselves: where else they may point to is not followed."""
