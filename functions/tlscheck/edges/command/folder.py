"""A folder of the command's user that files are written into: all of them or none."""

from collections.abc import Mapping
from pathlib import Path

from tlscheck.inventory.bad_request import BadRequest


def write(folder: Path, files: Mapping[str, bytes], *, overwrite: bool) -> None:
    """Writes files by relative name, each in one step. Raises BadRequest: one is there, or can't be made."""
    try:
        if not overwrite and (there := [str(folder / name) for name in files if (folder / name).exists()]):
            raise BadRequest(f"{there[0]} is there already: nothing was written (--force overwrites)")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_name(f"{path.name}.new")
            beside.write_bytes(content)
            beside.replace(path)
    except OSError as error:
        raise BadRequest(f"{error.filename or folder}: {error.strerror or error}") from None
    except ValueError as error:  # a path with a NUL in it
        raise BadRequest(f"{str(folder)!a}: {error}") from None
