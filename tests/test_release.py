"""`make package`: a template that needs no transform, and zips by their content, the same each time."""

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.local_aws.stack import BUILT
from tests.packaged import PYTHON, ROOT, package, template_of

CFN_LINT = ROOT / ".venvs" / "sam" / "bin" / "cfn-lint"
REGIONS = ("eu-central-1", "us-east-1", "us-gov-west-1", "cn-north-1")
VERSION = template.load()["Outputs"]["Version"]["Value"]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a release, which has one of each Region."""
    dist = tmp_path_factory.mktemp("dist")
    run = package(dist, "tlscheck-example", *REGIONS)
    assert run.returncode == 0, run.stderr
    assert [line.split(" ")[0] for line in run.stdout.splitlines()] == [
        str(dist / f"tlscheck-{VERSION}" / region) for region in REGIONS
    ]
    return dist / f"tlscheck-{VERSION}"


def codes(made: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Logical id -> where the code of a function or layer lies."""
    bodies = {name: body.get("Properties", {}) for name, body in made["Resources"].items()}
    found = {name: body.get("Code") or body.get("Content") for name, body in bodies.items()}
    return {name: code for name, code in found.items() if code}


def test_its_template_has_no_transform_and_nothing_that_needs_one(release: Path) -> None:
    made = template_of(release / "eu-central-1")
    assert "Transform" not in made
    assert "Globals" not in made
    assert [body["Type"] for body in made["Resources"].values() if "Serverless" in body["Type"]] == []
    # CloudFormation takes 1 MB from a bucket (its quotas). A role with a name of its own needs another capability.
    assert (release / "eu-central-1" / "template.json").stat().st_size < 1_000_000
    roles = [body["Properties"] for body in made["Resources"].values() if body["Type"] == "AWS::IAM::Role"]
    assert roles
    assert [role["RoleName"] for role in roles if "RoleName" in role] == []


def test_it_takes_code_from_the_bucket_of_its_stacks_region_by_content(release: Path) -> None:
    folder = release / "eu-central-1"
    where = codes(template_of(folder))
    functions = {name for name, body in template.load()["Resources"].items() if body["Type"].endswith(":Function")}
    assert functions <= where.keys()
    for code in where.values():
        assert code["S3Bucket"] == {"Fn::Sub": "tlscheck-example-${AWS::Region}"}
        prefix, _, name = code["S3Key"].partition("/")
        assert prefix == f"tlscheck-{VERSION}"
        assert name == f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}.zip"
    assert {path.name for path in folder.glob("*.zip")} == {code["S3Key"].split("/")[1] for code in where.values()}
    # All functions are one zip, and what Lambda reads lies at its root.
    (code,) = {where[name]["S3Key"].split("/")[1] for name in functions}
    names = zipfile.ZipFile(folder / code).namelist()
    assert {"report.py", "discover.py", "tlscheck/version.py"} <= set(names)
    layers = {name.split("/")[0] for key in folder.glob("*.zip") for name in zipfile.ZipFile(key).namelist()}
    assert "python" in layers


def test_the_same_build_is_the_same_release_to_the_byte(release: Path, tmp_path: Path) -> None:
    assert package(tmp_path, "tlscheck-example", "us-east-1").returncode == 0
    again = tmp_path / f"tlscheck-{VERSION}" / "us-east-1"
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        path.name: path.read_bytes() for path in (release / "us-east-1").iterdir()
    }


def test_templates_differ_between_partitions_and_not_between_regions(release: Path) -> None:
    texts = {region: (release / region / "template.json").read_text() for region in REGIONS}
    assert texts["eu-central-1"] == texts["us-east-1"]
    for region, partition in (("us-east-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")):
        managed = {
            arn.split(":")[1]
            for body in template_of(release / region)["Resources"].values()
            for arn in body.get("Properties", {}).get("ManagedPolicyArns", [])
        }
        assert managed == {partition}


def test_no_value_of_a_parameter_is_written_into_it(tmp_path: Path) -> None:
    script = (
        "import json, sys; from pathlib import Path; from layers.packaging.package import packaged, translated\n"
        "template, _ = packaged(Path(sys.argv[1]), 'bucket')\n"
        "for values in ({}, json.loads(sys.argv[2])):\n"
        "    print(json.dumps(translated(template, 'us-east-1', values), sort_keys=True))\n"
    )
    others = {"Role": "probe-only", "LogRetentionDays": "7", "Regions": "eu-west-1", "DatabaseUser": "other"}
    run = subprocess.run(
        [PYTHON, "-c", script, BUILT, json.dumps(others | {"Looks": "9", "SecurityHub": "DISABLED"})],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    usual, other = run.stdout.splitlines()
    assert usual == other


@pytest.mark.parametrize("region", ["us-east-1", "us-gov-west-1", "cn-north-1"])
def test_it_is_a_template_that_the_regions_partition_takes(region: str, release: Path) -> None:
    run = subprocess.run(
        [CFN_LINT, "--regions", region, "--template", release / region / "template.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_what_is_left_of_an_earlier_release_of_its_version_goes(release: Path, tmp_path: Path) -> None:
    shutil.copytree(release, tmp_path / release.name)
    (tmp_path / release.name / "us-east-1" / "stale.zip").touch()
    assert package(tmp_path, "tlscheck-example", "us-east-1").returncode == 0
    assert not (tmp_path / release.name / "us-east-1" / "stale.zip").exists()


@pytest.mark.parametrize("given", [("",), ("tlscheck-example",), ("Not_A_Bucket", "us-east-1")])
def test_it_says_what_it_must_be_told(given: tuple[str, ...], tmp_path: Path) -> None:
    run = package(tmp_path, *given)
    assert run.returncode == 1
    assert run.stderr.startswith("BUCKET: ")
    assert list(tmp_path.iterdir()) == []
