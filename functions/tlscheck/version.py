"""Which tlscheck said a thing, and with which roots: it stands in every document that is kept or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

MOST_BUNDLES = 20
"""Of a layer: AWS has fewer partitions. Of more, the last entry says how many are not named."""

MOST_NAME = 63
"""Characters of a bundle's name."""

MOST_SOURCE = 300
"""Characters of where a bundle comes from: provenance.json may hold whatever its fetcher was served."""

VERSION = "0.7.0"
"""pyproject.toml's, which a Lambda cannot ask for: no metadata of a package lies there."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the root certificates of one bundle come from."""

    bundle: str
    """Its file in the layer rds_trust_store: `aws.pem`."""

    certificates: int
    sha256: str
    """Of the file as it lies there, in lower-case hex; "" where it could not be read, with 0 certificates."""

    source: str
    """As the layer's provenance.json has it, or why that says nothing of this file."""

    taken: date | None
    """When it was taken from there; None when that is not known."""

    def __str__(self) -> str:
        if not self.sha256:
            return f"{self.bundle}: {self.source}"
        when = f"taken {self.taken} from " if self.taken else ""
        return f"{self.bundle}: {self.certificates} certificates, SHA-256 {self.sha256}, {when}{self.source}"


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the code, and the roots that it works with; without the layer none."""

    version: str
    roots: tuple[Provenance, ...]

    def __str__(self) -> str:
        return "\n".join((f"tlscheck {self.version}", *(f"roots: {each}" for each in self.roots or ("none",))))

    @property
    def document(self) -> dict[str, object]:
        """What documents hold under the name `tlscheck`; SCHEMA describes it."""
        return {
            "version": self.version,
            "roots": [
                {
                    "bundle": each.bundle,
                    "certificates": each.certificates,
                    "sha256": each.sha256,
                    "source": each.source,
                    "taken": each.taken.isoformat() if each.taken else None,
                }
                for each in self.roots
            ],
        }


def distinct(editions: Sequence[Edition | None]) -> tuple[Edition, ...]:
    """Each edition once, by version; whoever named none is left out."""
    return tuple(sorted({each for each in editions if each}, key=lambda each: (each.version, str(each.roots))))


SCHEMA: dict[str, object] = {
    "type": "object",
    "description": "Which tlscheck said this, and the root certificates that it worked with",
    "properties": {
        "version": {"type": "string", "description": "of tlscheck: 0.2.0"},
        "roots": {
            "type": "array",
            "description": "a bundle each; none: without roots, nothing could be verified",
            "maxItems": MOST_BUNDLES,
            "items": {
                "type": "object",
                "properties": {
                    "bundle": {"type": "string", "maxLength": MOST_NAME, "description": "its file"},
                    "certificates": {"type": "integer", "minimum": 0},
                    "sha256": {
                        "type": "string",
                        "pattern": "^([0-9a-f]{64})?$",
                        "description": "of the file; empty: it was not read",
                    },
                    "source": {
                        "type": "string",
                        "maxLength": MOST_SOURCE,
                        "description": "where it comes from, or why that is not known",
                    },
                    "taken": {
                        "type": ["string", "null"],
                        "description": "the day (ISO 8601) when it was taken from there; null: not known",
                    },
                },
                "required": ["bundle", "certificates", "sha256", "source", "taken"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["version", "roots"],
    "additionalProperties": False,
}
"""JSON Schema of `Edition.document`."""
