"""Folders as zips whose bytes depend on names and contents alone, so that they can be named by them."""

import io
import zipfile
from pathlib import Path

FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip can name: a file's own date would make other bytes of the same content."""


def zipped(folder: Path, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The folder with all that lies in it; which files may be run is kept of their permissions."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), FIRST_DATE)
                entry.create_system = 3  # Unix, whose permissions follow
                entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
                archive.writestr(entry, path.read_bytes(), compression)
    return content.getvalue()
