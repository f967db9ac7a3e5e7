"""A release for buckets: the template without a transform, and the zips that it names.

    python -m layers.packaging.package .aws-sam/build dist tlscheck-example eu-central-1 us-east-1

writes `dist/tlscheck-<version>/<region>/template.json` and, beside it, `<sha256>.zip` of each folder of code.
Lambda takes code from a bucket of its own Region alone: the template reads `tlscheck-<version>/<sha256>.zip` from
the bucket `tlscheck-example-<region>`, whichever Region its stack is in. Templates differ between partitions, as
AWS's own policies do, and are the same in all Regions of one. The same build gives the same bytes.

It runs in the environment of SAM, whose translator is the one that AWS runs.
"""

import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from layers.packaging.zips import zipped

MOST_TEMPLATE = 1_000_000
"""Bytes of a template in S3 (CloudFormation quotas: 1 MB)."""


class PackageError(Exception):
    """There is nothing to package, or it cannot be; the message says what."""


def packaged(build: Path, bucket: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A built template that points to objects of buckets instead of folders, and those objects by their names."""
    template: dict[str, Any] = yaml_parse((build / "template.yaml").read_text())
    folder = f"tlscheck-{version(template)}"
    objects: dict[str, bytes] = {}
    for resource in template["Resources"].values():
        for key in {"CodeUri", "ContentUri"} & resource.get("Properties", {}).keys():
            source = (build / resource["Properties"][key]).resolve()
            if not source.is_dir():
                raise PackageError(f"{source} is missing: make it with `make build`")
            content = zipped(source)
            name = f"{hashlib.sha256(content).hexdigest()}.zip"
            objects[name] = content
            resource["Properties"][key] = {
                "Bucket": {"Fn::Sub": f"{bucket}-${{AWS::Region}}"},
                "Key": f"{folder}/{name}",
            }
    template["Globals"]["Function"].pop("CodeUri", None)
    return template, objects


def version(template: dict[str, Any]) -> str:
    """Of tlscheck, as the template says."""
    return str(template["Outputs"]["Version"]["Value"])


def translated(template: dict[str, Any], region: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
    """The template as CloudFormation's own transform makes it, for stacks of this Region's partition.

    No value of a parameter is written into it: whoever makes a stack of it chooses them.
    """
    session = boto3.session.Session(region_name=region)
    fragment = yaml_parse(json.dumps(template))
    made: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(fragment, parameters or {})
    made.pop("Transform", None)
    return made


def write(build: Path, dist: Path, bucket: str, regions: Iterable[str]) -> list[Path]:
    """Writes a folder a Region, with equal files once on disk; the folders. Raises PackageError."""
    template, objects = packaged(build, bucket)
    written: list[Path] = []
    for region in regions:
        text = json.dumps(translated(template, region), sort_keys=True, separators=(",", ":"))
        if len(text) > MOST_TEMPLATE:
            raise PackageError(f"the template has {len(text)} bytes; CloudFormation takes {MOST_TEMPLATE}")
        folder = dist / f"tlscheck-{version(template)}" / region
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / "template.json").write_text(f"{text}\n")
        for name, content in objects.items():
            if written:
                os.link(written[0] / name, folder / name)
            else:
                (folder / name).write_bytes(content)
        written.append(folder)
    return written


def main(arguments: list[str]) -> None:
    """`build dist bucket region...`; prints the folders."""
    build, dist, bucket, *regions = arguments
    if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,40}[a-z0-9])?", bucket) or not regions:
        raise PackageError(
            "BUCKET: what the names of the buckets begin with; REGIONS: of the buckets, with spaces between"
        )
    # The translator warns of metrics about itself that nobody gathers here.
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    for folder in write(Path(build), Path(dist), bucket, dict.fromkeys(regions)):
        size = sum(path.stat().st_size for path in folder.iterdir())
        print(f"{folder} ({size / 1e6:.1f} MB)")  # noqa: T201 - for the terminal


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except PackageError as error:
        sys.exit(str(error))
