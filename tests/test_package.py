"""The package that a client's owner runs: the command, and the roots that it needs, in one wheel."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tlscheck.edges.stores.rds_roots import roots

from tests.pythons import pythons

ROOT = Path(__file__).parent.parent
UV = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")


def uv(*arguments: str | Path, folder: Path) -> str:
    """What uv, which made this environment, prints in that folder."""
    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
    command = [UV, "--quiet", *map(str, arguments)]
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_command_and_the_roots_once_and_nothing_else(tmp_path: Path) -> None:
    # by way of a source distribution, as pip takes one
    uv("build", "--python", sys.executable, "--out-dir", tmp_path, ROOT, folder=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    # What a wheel carries as `<name>.data/purelib/` is installed beside its packages (PEP 491).
    files = [name for name in zipfile.ZipFile(wheel).namelist() if not name.endswith("/")]
    names = [re.sub(r"^[^/]+\.data/purelib/", "", name) for name in files]
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"tlscheck", "rds_trust_store"}
    assert [name for name in names if name.endswith(".pem")] == [
        "rds_trust_store/aws.pem",
        "rds_trust_store/proxy.pem",
    ]


def wheel_in(folder: Path) -> Path:
    """The wheel, built into that folder."""
    uv("build", "--wheel", "--python", sys.executable, "--out-dir", folder, ROOT, folder=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_in(tmp_path_factory.mktemp("wheel"))


def test_the_python_that_the_doors_run_on_is_tried() -> None:
    assert "3.13" in pythons()
    assert set(pythons()) <= {"3.12", "3.13", "3.14"}


def environment(wheel: Path, version: str, resolution: str, folder: Path) -> Path:
    """One with it and its extra, on that Python, beside what it needs as old or as new as may be."""
    # Of a wheel uv would take the wheel alone for what is "direct".
    compiled = ("pip", "compile", "--python-version", version, "--resolution", resolution, "--extra", "aws")
    uv(*compiled, "--output-file", folder / "chosen.txt", ROOT / "pyproject.toml", folder=folder)
    uv("venv", "--python", pythons()[version], folder / "env", folder=folder)
    installing = ("pip", "install", "--python", folder / "env" / "bin" / "python")
    uv(*installing, "--constraint", folder / "chosen.txt", f"{wheel}[aws]", folder=folder)
    return folder / "env"


EVERY_MODULE = """
import importlib, pkgutil, tlscheck
for each in pkgutil.walk_packages(tlscheck.__path__, "tlscheck."):
    importlib.import_module(each.name)
"""


@pytest.mark.parametrize("resolution", ["highest", "lowest-direct"])
@pytest.mark.parametrize("version", pythons())
def test_the_wheel_runs_on_each_python_with_the_oldest_and_newest_of_what_it_needs(
    version: str, resolution: str, wheel: Path, tmp_path: Path
) -> None:
    installed = environment(wheel, version, resolution, tmp_path)
    subprocess.run([installed / "bin" / "python", "-c", EVERY_MODULE], check=True, cwd=tmp_path, env={})
    command = tmp_path / "env" / "bin" / "tlscheck"

    def told(*arguments: str) -> str:
        ran = subprocess.run(
            [command, *arguments], capture_output=True, text=True, check=False, cwd=tmp_path, env={}
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        return ran.stdout

    assert "3 certificates" in told("trust-store", "build", "--region", "eu-central-1", "--format", "pkcs12")
    assert "READY" in told("trust-store", "show", "rds-ca.p12", "--region", "eu-central-1", "--reader", "java")
    told("trust-store", "build", "--region", "eu-central-1", "--output", "pem")
    host = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
    assert "it survives." in told(
        "client", f"host={host} sslmode=verify-full sslrootcert={tmp_path}/pem/rds-ca.pem"
    )


def test_it_runs_from_a_checkout_without_being_installed(tmp_path: Path) -> None:
    run: list[str | Path] = ["tool", "run", "--python", sys.executable, "--from", ROOT, "tlscheck", "trust-store"]
    told = uv(*run, "build", "--format", "jks", "--proxy", folder=tmp_path)
    assert f"{len(roots())} certificates; 0 expired ones left out" in told
    listed = uv(*run, "show", "rds-ca.jks", "--reader", "java", "--region", "eu-central-1", folder=tmp_path)
    assert "eu-central-1: READY" in listed
