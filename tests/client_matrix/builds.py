"""The clients in Go and Rust, built from the sources that Debian's packages bring, without any registry."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_WORKERS = Path(__file__).parent / "workers"
_BUILT = ROOT / ".local" / "clients"
_GO = Path("/usr/share/gocode")
_CRATES = Path("/usr/share/cargo/registry")


@cache
def go() -> Path | None:
    """A program of pgx and lib/pq; None without Go or them."""
    if not (shutil.which("go") and (_GO / "src/github.com/lib/pq").exists()):
        return None
    built = _BUILT / "go_client"
    where = {"GO111MODULE": "off", "CGO_ENABLED": "0", "GOPATH": str(_GO), "GOCACHE": str(_BUILT / "go")}
    _build(["go", "build", "-o", str(built), str(_WORKERS / "go_client.go")], where)
    return built


@cache
def rust() -> Path | None:
    """A program of tokio-postgres; None without cargo or it."""
    if not (shutil.which("cargo") and tokio_postgres_version()):
        return None
    shutil.copytree(_WORKERS / "rust_client", _BUILT / "rust_client", dirs_exist_ok=True)
    instead = f'source.debian.directory="{_CRATES}"'
    command = ["cargo", "build", "--release", "--offline", "--quiet", "--config", instead]
    command += ["--config", 'source.crates-io.replace-with="debian"']
    _build(
        [*command, "--manifest-path", str(_BUILT / "rust_client" / "Cargo.toml")],
        {"CARGO_HOME": str(_BUILT / "cargo"), "CARGO_TARGET_DIR": str(_BUILT / "rust")},
    )
    return _BUILT / "rust" / "release" / "rust_client"


def _build(command: list[str], where: dict[str, str]) -> None:
    _BUILT.mkdir(parents=True, exist_ok=True)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "RUSTUP_HOME") if name in os.environ}
    done = subprocess.run(command, env=kept | where, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]


def pgx_version() -> tuple[int, ...]:
    """Of Debian's package."""
    return _packaged("golang-github-jackc-pgx-v4-dev")


def lib_pq_version() -> tuple[int, ...]:
    """Of Debian's package."""
    return _packaged("golang-github-lib-pq-dev")


def tokio_postgres_version() -> tuple[int, ...]:
    """Of Debian's crate; () for none."""
    found = next(_CRATES.glob("tokio-postgres-*"), None)
    return _numbers(found.name.rpartition("-")[2]) if found else ()


def _packaged(package: str) -> tuple[int, ...]:
    command = ["dpkg-query", "--show", "--showformat", "${Version}", package]
    return _numbers(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
