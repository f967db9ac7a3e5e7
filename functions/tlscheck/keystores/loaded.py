"""What a driver takes from a file of roots, or why it takes nothing: each loader is as strict as its driver is."""

from collections.abc import Callable
from dataclasses import dataclass

type IsX509 = Callable[[bytes], bool | None]
"""Whether a certificate in DER can be read as X.509; None: as one of which some part cannot be read."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """The certificates (DER) that a driver has from a file, in their order."""

    certificates: tuple[bytes, ...] = ()
    refusal: str = ""
    """Why it refuses the whole file, in words; "" where it does not, though it may find nothing in it."""

    doubt: str = ""
    """Why it is not known whether the driver takes the file; "" where it is known."""

    notes: tuple[str, ...] = ()
    """What it passes over or stops at, in words."""
