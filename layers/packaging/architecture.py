"""Ties a build to the processor that its layers are for: `python -m layers.packaging.architecture <build> arm64`.

Machine code of one processor does not load on the other, and a function finds that out when it starts. So what
lies in the build is looked at, and its template then allows that one value of the parameter Architecture and no
other: CloudFormation itself refuses a stack whose functions would run on another processor.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

MACHINES = {"x86_64": 62, "arm64": 183}
"""Architecture of Lambda -> e_machine in the header of an ELF file (elf.h: EM_X86_64, EM_AARCH64)."""

# As `sam build` writes it.
_PARAMETER = re.compile(
    r"^(  Architecture:\n    Type: String\n    Default: )\S+(\n    AllowedValues:\n)(?:    - \S+\n)+", re.MULTILINE
)


class BuildError(Exception):
    """The build is not what it should be; the message names the file."""


def tied(template: str, architecture: str) -> str:
    """The text of a built template that allows this architecture alone. Raises BuildError."""
    text, found = _PARAMETER.subn(rf"\g<1>{architecture}\g<2>    - {architecture}\n", template)
    if found != 1:
        raise BuildError(
            f"the template has {found} parameters Architecture of the form that sam build writes; 1 is right"
        )
    return text


def others(build: Path, architecture: str) -> Iterator[str]:
    """Files of machine code of another processor, each with its e_machine: `Dependencies/python/x.so (62)`."""
    for path in sorted(build.rglob("*.so*")):
        header = path.read_bytes()[:20]
        if (
            header[:4] == b"\x7fELF"
            and (machine := int.from_bytes(header[18:20], "little")) != MACHINES[architecture]
        ):
            yield f"{path.relative_to(build)} ({machine})"


def tie(build: Path, architecture: str) -> None:
    """Looks at what lies in the build, and writes its template anew. Raises BuildError."""
    if wrong := list(others(build, architecture)):
        raise BuildError(f"not for {architecture}: {', '.join(wrong[:5])}")
    template = build / "template.yaml"
    template.write_text(tied(template.read_text(), architecture))


if __name__ == "__main__":
    try:
        tie(Path(sys.argv[1]), sys.argv[2])
    except BuildError as error:
        sys.exit(str(error))
