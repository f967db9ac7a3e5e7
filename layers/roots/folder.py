"""What lies in the folder of the layer: a bundle a file, provenance.json beside them, dates in the template."""

import hashlib
import json
import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from tlscheck.edges.stores.rds_trust_store import OWNER, PROXY, may_tell

from layers.roots.bundle import Refused, Roots, common_name, region_of

PROVENANCE = "provenance.json"


class Held(NamedTuple):
    """A root that is trusted today, and the file that brings it."""

    certificate: x509.Certificate
    file: str


def roots_in(path: Path) -> Roots:
    """The certificates of a bundle by name; none where it is missing. Raises Refused where it cannot be read."""
    if not path.exists():
        return {}
    try:
        return {common_name(root): root for root in x509.load_pem_x509_certificates(path.read_bytes())}
    except (OSError, ValueError) as error:
        raise Refused(f"{path.name} of the layer cannot be read: {error}") from None


def held(folder: Path) -> dict[str, Held]:
    """The roots of RDS that are trusted, over all files of the folder; AWS's bundles before the owner's file.

    What lies in the file of another partition is trusted by nobody: it stands for nothing here either.
    """
    found: dict[str, Held] = {}
    for path in sorted(folder.glob("*.pem"), key=lambda each: (each.name == OWNER, each.name)):
        for name, root in roots_in(path).items() if path.name != PROXY else ():
            if may_tell(path.name, region_of(name)):
                found.setdefault(name, Held(root, path.name))
    return found


def write(file: str, roots: Roots, source: str, now: datetime, folder: Path) -> None:
    """Writes a bundle and its line of provenance.json, each in one step; of no roots it leaves neither."""
    provenance = json.loads((folder / PROVENANCE).read_text())
    if not roots:
        (folder / file).unlink(missing_ok=True)
        provenance.pop(file, None)
    else:
        text = "".join(
            f"# {root.subject.rfc4514_string()}\n# SHA-256 {root.fingerprint(SHA256()).hex()}\n"
            f"{root.public_bytes(Encoding.PEM).decode()}"
            for _, root in sorted(roots.items())
        )
        provenance[file] = {
            "certificates": len(roots),
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "source": source,
            "taken": f"{now:%Y-%m-%d}",
        }
        _replace(folder / file, text)
    _replace(folder / PROVENANCE, json.dumps(provenance, indent=2, sort_keys=True, ensure_ascii=False) + "\n")


def source_of(file: str, folder: Path) -> str:
    """Where a bundle that lies there comes from, by provenance.json."""
    return str(json.loads((folder / PROVENANCE).read_text()).get(file, {}).get("source", "not known"))


def outputs(provenance: dict[str, dict[str, str]]) -> str:
    """What a stack's output says of its roots, which a template cannot read: `aws.pem 2026-11-24, ...`."""
    return ", ".join(f"{name} {of['taken']}" for name, of in sorted(provenance.items()) if name.endswith(".pem"))


def dated(template: Path, folder: Path) -> str:
    """The template with the day when each bundle was taken in its output `Roots`. Raises Refused without one."""
    said = outputs(json.loads((folder / PROVENANCE).read_text()))
    text, found = re.subn(
        r'(?m)(^  Roots:\n    Description: .*\n    Value: )".*"$', rf'\g<1>"{said}"', template.read_text()
    )
    if found != 1:
        raise Refused(f"{template.name} has no output Roots to write the bundles' dates into: {said}")
    return text


def date_template(template: Path, folder: Path) -> None:
    """Writes those days into the template. Raises Refused where there is no place for them."""
    text = dated(template, folder)
    if text != template.read_text():
        _replace(template, text)


def _replace(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)
