"""Roots that the owner of a deployment brings: a file of their own beside AWS's bundles, until they are removed.

They are for whom AWS's bundles cannot be fetched, or do not lie where a source tells: what AWS publishes for the
Region, had by other means. A CA of the owner's own has no place here: no server of RDS hangs from one.
"""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from tlscheck.edges.stores.rds_trust_store import OWNER

from layers.roots.bundle import LARGEST_BUNDLE, Refused, regions, vet
from layers.roots.folder import held, roots_in, source_of, write


def bring(path: Path, now: datetime, folder: Path) -> list[str]:
    """Adds to the owner's own roots what a PEM file has and we have not; returns what changed, a line each.

    Raises Refused, with nothing written.
    """
    vetted = vet(_content(path), now, None)
    trusted = held(folder)
    if not vetted.roots:
        raise Refused(
            "not one root certificate in it may be trusted: "
            + "; ".join(f"{name}: {why}" for name, why in vetted.left_out)
        )
    for name, root in sorted(vetted.roots.items()):
        if name in trusted and trusted[name].certificate != root:
            raise Refused(f"it brings another certificate under the name {name} than {trusted[name].file} has")
    new = {name: root for name, root in vetted.roots.items() if name not in trusted}
    owners = {name: each.certificate for name, each in trusted.items() if each.file == OWNER} | new
    if new:
        write(OWNER, owners, f"the owner of this deployment: {path.name}", now, folder)
    return [
        *(f"+ {name}, thumbprint {_thumbprint(root)}" for name, root in sorted(new.items())),
        *(f"here already: {name}, from {trusted[name].file}" for name in sorted(vetted.roots.keys() - new.keys())),
        *(f"left out: {name}: {why}" for name, why in vetted.left_out),
        f"{len(owners)} roots of {len(regions(owners))} Regions are your own",
    ]


def remove(names: Collection[str], now: datetime, folder: Path) -> list[str]:
    """Takes roots from the owner's own by name, all of them for no name. Raises Refused, nothing written."""
    try:
        owners = roots_in(folder / OWNER)
    except Refused:
        if names:
            raise
        owners = {}  # all of a damaged file is no less to be rid of
    if unknown := sorted(set(names) - owners.keys()):
        have = f"your own are: {', '.join(sorted(owners))}" if owners else "no root of yours is there"
        raise Refused(f"no root of yours is named {', '.join(unknown)}: {have}")
    gone = set(names) or owners.keys()
    kept = {name: root for name, root in owners.items() if name not in gone}
    write(OWNER, kept, source_of(OWNER, folder), now, folder)
    return [
        *(f"- {name}" for name in sorted(gone)),
        f"{len(kept)} roots of {len(regions(kept))} Regions are your own",
    ]


def _thumbprint(root: x509.Certificate) -> str:
    """SHA-1 in lower-case hex, as `aws rds describe-certificates` has it: what the owner can compare it with."""
    return root.fingerprint(SHA1()).hex()  # noqa: S303 - the API's own choice of digest


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise Refused(f"{path} is no file")
        with path.open("rb") as file:
            content = file.read(LARGEST_BUNDLE + 1)
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}") from None
    if len(content) > LARGEST_BUNDLE:
        raise Refused(f"more than {LARGEST_BUNDLE} bytes")
    return content
