"""A trust store as files: each format that some client reads."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from textwrap import indent

from tlscheck.inventory.bad_request import BadRequest
from tlscheck.keystores import jks, pem
from tlscheck.trust.trust_store import Entry

LARGEST_SECRET = 1024 * 1024
"""Bytes that a Kubernetes ConfigMap or Secret holds."""

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?")
"""What a trust store may be called: good for a file and for a Kubernetes object."""


_SUM = re.compile(r"([0-9a-f]{64})  ([a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)?)")


class Packaging(StrEnum):
    """How a trust store is handed over."""

    PEM = "pem"
    DER = "der"
    PKCS12 = "pkcs12"
    JKS = "jks"
    CONFIGMAP = "configmap"
    SECRET = "secret"  # noqa: S105 - Kubernetes' kind


@dataclass(frozen=True, slots=True)
class File:
    """One file; its name is relative, of lower-case letters, digits, dots, dashes and at most one slash."""

    name: str
    packaging: Packaging
    content: bytes

    @property
    def sha256(self) -> str:
        """Of its content, lower-case hex."""
        return hashlib.sha256(self.content).hexdigest()


type KeystoreWriter = Callable[[Iterable[tuple[str, bytes]], str], bytes]
"""Makes a PKCS12 of alias and DER each, and a password."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What the files are called and protected with."""

    name: str = "rds-ca"
    password: str = jks.DEFAULT_PASSWORD
    """Of keystores: root certificates are no secret, but Java wants one."""


def files(
    packagings: Sequence[Packaging],
    entries: Sequence[Entry],
    wrapping: Wrapping,
    write_pkcs12: KeystoreWriter,
) -> tuple[File, ...]:
    """The trust store in each of the formats. Raises BadRequest when one can't hold it."""
    named = list(zip(aliases(entries), (entry.der for entry in entries), strict=True))
    bundle = pem.write((entry.subject, entry.der) for entry in entries)
    made: list[File] = []
    for packaging in dict.fromkeys(packagings):
        name = wrapping.name
        match packaging:
            case Packaging.PEM:
                made.append(File(f"{name}.pem", packaging, bundle))
            case Packaging.DER:
                made += [File(f"{name}-der/{alias}.der", packaging, der) for alias, der in named]
            case Packaging.PKCS12 if not wrapping.password:
                raise BadRequest(
                    "format pkcs12: Java cannot read it without a password, and the one given is empty"
                )
            case Packaging.PKCS12 if not re.fullmatch(r"[ -~]+", wrapping.password):
                raise BadRequest(
                    "format pkcs12: Java reads it only with a password of printable ASCII, and the one given has"
                    " other characters"
                )
            case Packaging.PKCS12:
                made.append(File(f"{name}.p12", packaging, write_pkcs12(named, wrapping.password)))
            case Packaging.JKS:
                made.append(File(f"{name}.jks", packaging, jks.write(named, wrapping.password, _moment(entries))))
            case Packaging.CONFIGMAP | Packaging.SECRET:
                made.append(File(f"{name}-{packaging}.yaml", packaging, _kubernetes(packaging, name, bundle)))
    return tuple(made)


def sums(made: Iterable[File]) -> bytes:
    """What `sha256sum --check` reads."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in made).encode()


def lines_of(text: bytes) -> tuple[tuple[str, str], ...]:
    """The SHA-256 and relative name of each file that an earlier SHA256SUMS names."""
    found = (_SUM.fullmatch(line) for line in text.decode("utf-8", "replace").splitlines())
    return tuple((each[1], each[2]) for each in found if each)


def aliases(entries: Iterable[Entry]) -> tuple[str, ...]:
    """A short name for each: its common name in lower case, with a number where two would be called the same."""
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    found: list[str] = []
    for entry in entries:
        name = re.sub(r"[^a-z0-9]+", "-", entry.name.lower())[:80].strip("-") or "certificate"
        alias = name
        while alias in taken:
            numbers[name] += 1
            alias = f"{name}-{numbers[name] + 1}"
        taken.add(alias)
        found.append(alias)
    return tuple(found)


def _moment(entries: Sequence[Entry]) -> datetime:
    """When its entries were made, as a JKS says: not when this was, so that the same roots make the same file."""
    return max((entry.not_before for entry in entries), default=datetime.fromtimestamp(0, UTC))


def _kubernetes(packaging: Packaging, name: str, bundle: bytes) -> bytes:
    if len(bundle) > LARGEST_SECRET:
        raise BadRequest(
            f"format {packaging}: the bundle has {len(bundle)} bytes, and Kubernetes takes {LARGEST_SECRET};"
            " choose fewer Regions or CAs"
        )
    if packaging is Packaging.CONFIGMAP:
        kind, data = "ConfigMap", f"data:\n  {name}.pem: |\n{indent(bundle.decode(), '    ')}"
    else:
        encoded = base64.b64encode(bundle).decode()
        kind, data = "Secret", f"type: Opaque\ndata:\n  {name}.pem: {encoded}\n"
    # in quotes: a name like 2026 or null is no text to YAML without them
    return f'apiVersion: v1\nkind: {kind}\nmetadata:\n  name: "{name}"\n{data}'.encode()
