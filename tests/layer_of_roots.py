"""A layer of roots as a test wants it, in place of the project's own while the test runs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tlscheck.edges.server import regional_roots
from tlscheck.edges.stores import rds_roots

REAL = Path(__file__).parent.parent / "layers" / "rds_trust_store" / "python" / "rds_trust_store"


def copied(folder: Path) -> Path:
    """The project's own layer again, below a folder, to be changed."""
    package = folder / "rds_trust_store"
    package.mkdir(parents=True)
    for path in REAL.iterdir():
        if path.is_file():
            (package / path.name).write_bytes(path.read_bytes())
    return package


@contextmanager
def installed(package: Path) -> Iterator[Path]:
    """What reads the layer reads this one."""
    real = sys.modules.pop("rds_trust_store", None)
    sys.path.insert(0, str(package.parent))
    _forget()
    try:
        yield package
    finally:
        sys.path.remove(str(package.parent))
        sys.modules.pop("rds_trust_store", None)
        if real is not None:
            sys.modules["rds_trust_store"] = real
        _forget()


def _forget() -> None:
    rds_roots.roots.cache_clear()
    regional_roots.installed.cache_clear()
