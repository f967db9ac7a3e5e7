"""The layers hold what they say: locked dependencies, roots that may be trusted, code that starts fast."""

import hashlib
import json
import marshal
import re
import ssl
import struct
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from tests.template import load, module_of

ROOT = Path(__file__).parent.parent
LAYERS = ROOT / "layers"
TRUST_STORE = LAYERS / "rds_trust_store" / "python" / "rds_trust_store"
BUNDLES = sorted(TRUST_STORE.glob("*.pem"))
RDS_BUNDLES = [bundle for bundle in BUNDLES if bundle.name != "proxy.pem"]
BUILT = ROOT / ".aws-sam" / "local" / "build"
"""What `make local-build` leaves; `make test` makes it first."""

ROOT_NAME = re.compile(r"Amazon RDS (?P<region>[a-z-]+-[0-9]) Root CA (?P<key>(RSA|ECC)[0-9]+) G[0-9]+")

# Starfield's root, which RDS Proxy may present, has the serial number 0.
pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number which wasn't positive")


def roots(bundle: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(bundle.read_bytes())


def name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def requirements(layer: str) -> dict[str, tuple[str, set[str]]]:
    """The layer's requirements: version and hashes by name."""
    text = (LAYERS / layer / "requirements.txt").read_text().replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        pinned = re.match(r"([a-z0-9-]+)==(\S+) ", line)
        assert pinned, f"{layer}: {line!r} pins nothing"
        found[pinned[1]] = (pinned[2], set(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)))
    return found


# ------------------------------------------------------------------------------------------------- trust store


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_every_certificate_is_a_root_in_date(bundle: Path) -> None:
    for root in roots(bundle):
        root.verify_directly_issued_by(root)
        assert root.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert root.not_valid_before_utc < datetime.now(UTC), name(root)
        # A root that ends within the year is no place to lead anyone to.
        assert root.not_valid_after_utc > datetime.now(UTC) + timedelta(days=365), name(root)


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_a_line_before_each_certificate_names_it_truly(bundle: Path) -> None:
    named = re.findall(r"^# (.+)\n# SHA-256 ([0-9a-f]{64})\n-----BEGIN", bundle.read_text(), re.MULTILINE)
    assert named == [(root.subject.rfc4514_string(), root.fingerprint(SHA256()).hex()) for root in roots(bundle)]
    assert len(set(named)) == len(named)


@pytest.mark.parametrize("bundle", RDS_BUNDLES, ids=lambda bundle: bundle.name)
def test_the_roots_of_rds_name_their_region_and_each_region_has_all_three_kinds(bundle: Path) -> None:
    names = [name(root) for root in roots(bundle)]
    assert names == sorted(names)
    matches = [ROOT_NAME.fullmatch(one) for one in names]
    assert [one for one, match in zip(names, matches, strict=True) if not match] == []
    kinds = Counter((match["region"], match["key"]) for match in matches if match)
    assert set(kinds.values()) == {1}
    for region in {region for region, _ in kinds}:
        assert {key for where, key in kinds if where == region} == {"RSA2048", "RSA4096", "ECC384"}, region


LACKED = {
    *("ap-east-2", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-west-1", "mx-central-1"),
    *("me-west-1", "sa-west-1"),
}
"""Commercial Regions whose roots no source that could be had holds; the last two have no RDS yet in botocore."""


def test_the_commercial_regions_are_there_but_for_those_that_the_readme_names() -> None:
    held = Counter(
        match["region"] for root in roots(TRUST_STORE / "aws.pem") if (match := ROOT_NAME.fullmatch(name(root)))
    )
    told = json.loads((Path(botocore.__file__).parent / "data" / "partitions.json").read_text())["partitions"]
    (commercial,) = (each["regions"].keys() for each in told if each["id"] == "aws")
    assert set(held) == {each for each in commercial if each != "aws-global"} - LACKED
    assert (len(held), held.total()) == (28, 84)
    readme = " ".join((ROOT / "README.md").read_text().split())
    (paragraph,) = re.findall(r"Regions whose roots the layer does not hold: ([^:]+)\.", readme)
    assert {each for each in re.findall(r"`([^`]+)`", paragraph) if re.fullmatch(r"[a-z-]+-[0-9]", each)} == LACKED


@pytest.mark.parametrize(
    ("key", "sha256", "sha1", "until"),
    [
        (
            "RSA2048",
            "a2b73ca650d3e47ba8360a912ff007612f80edc5aff31ddcecf4c0d29071ba16",
            "b9e33b6381a161cb875f36761cbe499296b6edca",
            "2062-12-02",
        ),
        (
            "RSA4096",
            "6b8d99b4e5d5cbabd5d9bf02c263b46ca120ddd118655421d3d418b5f5aff9f9",
            "c0e9dc569b31ad9e9ba8f26ecbb5a19afad50d52",
            "2122-12-02",
        ),
        (
            "ECC384",
            "8c8475dccad184f53e92d55dc99293a2aad827cc9c96fb89d667836ae2a3130f",
            "f57aedc4124ad7cdb52f1ed6111a57dd134db73b",
            "2122-12-02",
        ),
    ],
)
def test_the_roots_of_the_region_that_one_source_alone_has_are_those_that_it_published(
    key: str, sha256: str, sha1: str, until: str
) -> None:
    (root,) = (root for root in roots(TRUST_STORE / "aws.pem") if f"il-central-1 Root CA {key} G1" in name(root))
    assert root.fingerprint(SHA256()).hex() == sha256
    assert root.fingerprint(SHA1()).hex() == sha1  # noqa: S303 - the API's own choice of digest
    assert f"{root.not_valid_after_utc:%Y-%m-%d}" == until


def test_all_roots_together_are_those_that_were_taken() -> None:
    """SHA-256 over the fingerprints in order, each on a line: of the source's bundle, vetted, and of our file."""
    fingerprints = sorted(root.fingerprint(SHA256()).hex() for root in roots(TRUST_STORE / "aws.pem"))
    told = hashlib.sha256("".join(f"{each}\n" for each in fingerprints).encode()).hexdigest()
    assert told == "8fba2b5b59fe999c049ccb84182e5e6d902e104542cd0a69fdc464bc3e8f047d"


def test_the_licence_of_the_source_lies_beside_what_came_from_it() -> None:
    text = (TRUST_STORE / "LICENSE-aws.txt").read_text()
    source = json.loads((TRUST_STORE / "provenance.json").read_text())["aws.pem"]["source"]
    assert "@aws-amplify/graphql-schema-generator 0.11.16" in source
    assert "@aws-amplify/graphql-schema-generator 0.11.16" in text
    assert "Apache License" in text
    assert "Copyright 2017 - 2022 Amazon.com, Inc. or its affiliates. All Rights Reserved." in text


def test_what_rds_proxy_presents_stays_apart() -> None:
    assert not [root for root in roots(TRUST_STORE / "proxy.pem") if "RDS" in name(root)]


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda bundle: bundle.name)
def test_python_and_openssl_load_every_root(bundle: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cafile=bundle)
    assert context.cert_store_stats()["x509_ca"] == len(roots(bundle))


def test_the_provenance_tells_of_every_file_and_is_true() -> None:
    provenance = json.loads((TRUST_STORE / "provenance.json").read_text())
    assert provenance.keys() == {bundle.name for bundle in BUNDLES} | {"history.json"}
    for bundle in BUNDLES:
        told = provenance[bundle.name]
        assert told["sha256"] == hashlib.sha256(bundle.read_bytes()).hexdigest(), bundle.name
        assert told["certificates"] == len(roots(bundle))
        assert datetime.fromisoformat(told["taken"]).replace(tzinfo=UTC) < datetime.now(UTC)
        assert told["source"]


def test_what_was_left_out_of_the_trust_store_is_kept_as_known_history() -> None:
    text = (TRUST_STORE / "history.json").read_bytes()
    told = json.loads((TRUST_STORE / "provenance.json").read_text())["history.json"]
    history = json.loads(text)
    assert (told["sha256"], told["certificates"]) == (hashlib.sha256(text).hexdigest(), len(history))
    trusted = {root.fingerprint(SHA256()).hex() for bundle in BUNDLES for root in roots(bundle)}
    assert not trusted & {each["sha256"] for each in history}
    (retired,) = (each for each in history if each["name"] == "Amazon RDS Root 2019 CA")
    # Thumbprint of rds-ca-2019 in the AWS CLI's own example of describe-certificates
    assert retired["sha1"] == "d40ddb29e3750dffa671c3140bbf5f478d1c8096"
    assert retired["valid_until"] == "2024-08-22"
    assert {each["kind"] for each in history} == {"root", "intermediate"}


# ------------------------------------------------------------------------------------------------ dependencies


@pytest.mark.parametrize("layer", ["probe_dependencies", "dependencies"])
def test_every_dependency_is_pinned_and_hashed_as_in_the_lock(layer: str) -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    locked = {
        (package["name"], package["version"]): {
            file["hash"] for file in [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        }
        for package in lock["package"]
        if "version" in package
    }
    for package, (version, hashes) in requirements(layer).items():
        assert hashes, package
        assert hashes <= locked[package, version], package


@pytest.mark.parametrize("layer", ["probe_dependencies", "dependencies"])
def test_no_requirements_file_names_a_machine_or_a_registry(layer: str) -> None:
    text = (LAYERS / layer / "requirements.txt").read_text()
    assert not re.findall(r"^#.*|://|--index|file:|/\w+/", text, re.MULTILINE)


def test_the_probe_carries_no_aws_sdk() -> None:
    probe = requirements("probe_dependencies")
    assert not probe.keys() & {"boto3", "botocore", "s3transfer", "pydantic", "aws-lambda-powertools", "pyyaml"}
    assert {"pg8000", "cryptography"} <= probe.keys()


def test_the_door_that_reads_clients_files_has_a_parser_of_yaml() -> None:
    assert "pyyaml" in requirements("dependencies")


@pytest.mark.parametrize("layer", ["probe_dependencies", "dependencies"])
def test_dateutil_is_one_that_botocore_accepts(layer: str) -> None:
    assert requirements(layer)["python-dateutil"][0].startswith("2.")


def test_no_layer_brings_what_draws_on_a_screen() -> None:
    drawing = {"rich", "markdown-it-py", "mdurl", "pygments"}
    assert {layer: drawing & requirements(layer).keys() for layer in ("probe_dependencies", "dependencies")} == {
        "probe_dependencies": set(),
        "dependencies": set(),
    }


# ------------------------------------------------------------------------------------------------------- built


def built(kind: str) -> list[Path]:
    names = [name for name, body in load()["Resources"].items() if body["Type"] == f"AWS::Serverless::{kind}"]
    return [BUILT / name for name in names]


CODE = [*built("Function"), BUILT / "Dependencies", BUILT / "ProbeDependencies"]


@pytest.mark.parametrize("folder", CODE, ids=lambda folder: folder.name)
def test_built_code_carries_bytecode_that_lambda_believes(folder: Path) -> None:
    sources = list(folder.rglob("*.py"))
    assert sources, "make local-build makes it"
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        _, flags = struct.unpack("<4sI", compiled.read_bytes()[:8])
        assert flags == 0b01, f"{compiled}: not an unchecked hash"  # PEP 552


@pytest.mark.parametrize("folder", CODE, ids=lambda folder: folder.name)
def test_built_bytecode_names_the_paths_of_lambda_and_none_of_this_machine(folder: Path) -> None:
    home = "/opt/python/" if (folder / "python").exists() else "/var/task/"
    for path in folder.rglob("*.pyc"):
        assert marshal.loads(path.read_bytes()[16:]).co_filename.startswith(home), path  # noqa: S302 - our own


@pytest.mark.parametrize("layer", ["Dependencies", "ProbeDependencies"])
def test_a_built_layer_has_its_packages_where_lambda_looks(layer: str) -> None:
    assert (BUILT / layer / "python" / "pg8000").is_dir()
    assert not (BUILT / layer / "python" / "python").exists()


def test_the_built_layer_has_the_models_of_the_services_that_the_doors_call_and_no_others() -> None:
    files = [path for path in (ROOT / "functions").rglob("*.py") if path.parent.name != "laptop"]
    source = "".join(path.read_text() for path in files)
    called = set(re.findall(r'client\("([a-z0-9-]+)"', source))
    assert called
    data = BUILT / "Dependencies" / "python" / "botocore" / "data"
    assert {path.name for path in data.iterdir() if path.is_dir()} == called


def test_a_layer_that_is_already_laid_out_is_not_built_again() -> None:
    layer = load()["Resources"]["RdsTrustStore"]
    assert "BuildMethod" not in layer.get("Metadata", {})
    assert (ROOT / layer["Properties"]["ContentUri"] / "python" / "rds_trust_store").is_dir()


def environment(function: str) -> dict[str, str]:
    """The variables that the template gives a function in a stack with every default."""
    template = load()
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    variables |= template["Resources"][function]["Properties"].get("Environment", {}).get("Variables", {})
    defaults = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}

    def value(given: Any) -> str:
        match given:
            case {"Ref": str(name)}:
                return defaults.get(name, name)
            case {"Fn::If": [_, _, otherwise]}:
                return value(otherwise)
        return str(given)

    return {name: value(given) for name, given in variables.items()} | {"AWS_REGION": "eu-central-1"}


CALLS_NO_AWS = {"Probe", "CheckClient"}
"""Functions that start without AWS's SDK."""


@pytest.mark.parametrize("function", [folder.name for folder in built("Function")])
def test_a_door_opens_with_its_layers_its_variables_and_nothing_else(function: str) -> None:
    layers = [layer["Ref"] for layer in load()["Resources"][function]["Properties"]["Layers"]]
    program = f"""
import sys
sys.path[:0] = {[str(BUILT / function), *(str(BUILT / layer / "python") for layer in layers)]!r}
import {module_of(function)} as door
assert callable(door.handler)
print("boto3" in sys.modules)
"""
    bare = [getattr(sys, "_base_executable", sys.executable), "-I", "-S", "-c", program]
    ran = subprocess.run(bare, env=environment(function), capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(function not in CALLS_NO_AWS)
