"""What `make build` leaves runs on one processor, says which, and cannot be deployed for another."""

import platform
import re
import subprocess
from pathlib import Path

import pytest

from layers.packaging.architecture import BuildError, others, tie, tied
from tests.template import TEMPLATE

ROOT = Path(__file__).parent.parent
BUILT = ROOT / ".aws-sam" / "local" / "build"
HERE = "arm64" if platform.machine() in {"arm64", "aarch64"} else "x86_64"
ELSEWHERE = "x86_64" if HERE == "arm64" else "arm64"
PARAMETER = """\
  Architecture:
    Type: String
    Default: arm64
    AllowedValues:
    - arm64
    - x86_64
    Description: Processor
  Role:
    Type: String
    Default: full
    AllowedValues:
    - full
    - probe-only
"""


def elf(machine: int) -> bytes:
    """The beginning of a file of machine code, as far as e_machine (elf.h)."""
    return b"\x7fELF" + bytes([2, 1, 1]) + bytes(9) + (3).to_bytes(2, "little") + machine.to_bytes(2, "little")


def made(folder: Path, machine: int) -> Path:
    """A build with one layer that holds machine code."""
    (folder / "Dependencies" / "python").mkdir(parents=True)
    (folder / "Dependencies" / "python" / "_rust.abi3.so").write_bytes(elf(machine))
    (folder / "template.yaml").write_text(PARAMETER)
    return folder


def test_a_build_allows_the_processor_of_its_machine_code_and_no_other() -> None:
    text = (BUILT / "template.yaml").read_text()
    (allowed,) = re.findall(
        r"^  Architecture:\n    Type: String\n    Default: (\S+)\n    AllowedValues:\n((?:    - \S+\n)+)",
        text,
        re.MULTILINE,
    )
    assert allowed == (HERE, f"    - {HERE}\n")
    assert list(others(BUILT, HERE)) == []
    foreign = [each.split(" ")[0] for each in others(BUILT, ELSEWHERE)]
    assert any(each.startswith("Dependencies/python/") for each in foreign)
    assert any(each.startswith("ProbeDependencies/python/") for each in foreign)


@pytest.mark.parametrize("architecture", ["arm64", "x86_64"])
def test_the_parameter_is_narrowed_and_no_other_is(architecture: str) -> None:
    once = tied(PARAMETER, architecture)
    assert once == PARAMETER.replace("Default: arm64", f"Default: {architecture}").replace(
        "    - arm64\n    - x86_64\n", f"    - {architecture}\n"
    )
    assert tied(once, architecture) == once


@pytest.mark.parametrize(("machine", "architecture"), [(62, "x86_64"), (183, "arm64")])
def test_machine_code_of_that_processor_is_taken(machine: int, architecture: str, tmp_path: Path) -> None:
    tie(made(tmp_path, machine), architecture)
    assert f"    - {architecture}\n    Description" in (tmp_path / "template.yaml").read_text()


@pytest.mark.parametrize(("machine", "architecture"), [(62, "arm64"), (183, "x86_64")])
def test_machine_code_of_another_is_named_and_the_template_left(
    machine: int, architecture: str, tmp_path: Path
) -> None:
    with pytest.raises(
        BuildError, match=rf"not for {architecture}: Dependencies/python/_rust.abi3.so \({machine}\)"
    ):
        tie(made(tmp_path, machine), architecture)
    assert (tmp_path / "template.yaml").read_text() == PARAMETER


def test_a_template_of_another_form_is_refused() -> None:
    with pytest.raises(BuildError, match="0 parameters"):
        tied(TEMPLATE.read_text().replace("Architecture:", "Processor:"), "arm64")


CONFIGURED = {
    "nothing yet": ("", "arm64", True),
    "x86_64": (
        'parameter_overrides = "Role=\\"full\\" Architecture=\\"x86_64\\" Looks=\\"1\\""\n',
        "x86_64",
        False,
    ),
    "arm64": ('parameter_overrides = "Architecture=\\"arm64\\""\n', "arm64", False),
    "something else": ('parameter_overrides = "Looks=\\"2\\""\n', "arm64", False),
}


@pytest.mark.parametrize(("added", "architecture", "asks"), CONFIGURED.values(), ids=CONFIGURED)
def test_what_is_deployed_is_built_for_the_processor_that_it_is_deployed_for(
    added: str, architecture: str, asks: bool, tmp_path: Path
) -> None:
    for path in ROOT.iterdir():
        if path.name not in {"samconfig.toml", ".aws-sam"}:
            (tmp_path / path.name).symlink_to(path)
    (tmp_path / "samconfig.toml").write_text((ROOT / "samconfig.toml").read_text() + added)
    run = subprocess.run(
        ["make", "--dry-run", "deploy"], cwd=tmp_path, capture_output=True, text=True, check=True
    ).stdout
    assert set(re.findall(r"Architecture=(\w+)", run)) == {architecture}
    assert re.findall(r"layers\.packaging\.architecture (\S+) (\w+)", run) == [(".aws-sam/build", architecture)]
    (deploying,) = re.findall(r"^\S+/sam deploy *(.*)$", run, re.MULTILINE)
    assert deploying == ("--guided" if asks else "")
