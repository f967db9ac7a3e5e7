"""A bundle brings no root of another partition's Regions: when it is taken, where it lies, and in a handshake."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tlscheck.edges.server import regional_roots
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.tls import open_verified
from tlscheck.edges.stores import rds_roots
from tlscheck.wire.observation import Handshake, HandshakeOutcome

from layers.refresh_rds_trust_store import BUNDLES, main
from layers.roots.bundle import Refused, vet
from layers.roots.fetched import compare
from layers.roots.folder import held
from tests.layer_of_roots import copied, installed
from tests.local_aws.fleet.certificates import CertificateAuthority, regional
from tests.local_aws.fleet.servers import Servers
from tests.published_roots import certificate, pem, publisher

type Keys = dict[str, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey]

NOW = datetime(2026, 11, 26, tzinfo=UTC)
HOST = "orders.c9x2example.us-east-1.rds.amazonaws.com"

REGIONS = {
    "aws": "xx-newplace-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
    "aws-iso": "us-iso-east-1",
    "aws-iso-b": "us-isob-east-1",
    "aws-iso-e": "eu-isoe-west-1",
    "aws-iso-f": "us-isof-south-1",
}
"""A Region of each partition that the layer has no root of."""

DIRECTIONS = [(one, other) for one in REGIONS for other in REGIONS if one != other]
KINDS = ["RSA2048 G1", "RSA2048 G2", "ECC384 G1", "ECC384 G17"]


@pytest.fixture(scope="module")
def keys() -> Keys:
    return {
        "RSA2048": rsa.generate_private_key(65537, 2048),
        "ECC384": ec.generate_private_key(ec.SECP384R1()),
    }


def named(region: str, kind: str) -> str:
    return f"Amazon RDS {region} Root CA {kind}"


@pytest.fixture
def package(tmp_path: Path) -> Iterator[Path]:
    """The project's own layer, to be changed before anything reads it."""
    with installed(copied(tmp_path)) as package:
        yield package


def planted(keys: Keys, *regions: str) -> list[x509.Certificate]:
    return [
        certificate(keys[kind.split(" ", maxsplit=1)[0]], named(region, kind))
        for region in regions
        for kind in KINDS
    ]


@pytest.mark.parametrize(("partition", "other"), DIRECTIONS)
def test_a_bundle_gives_no_root_of_another_partitions_region(keys: Keys, partition: str, other: str) -> None:
    vetted = vet(pem(*planted(keys, REGIONS[partition], REGIONS[other])), NOW, partition)
    assert sorted(vetted.roots) == sorted(named(REGIONS[partition], kind) for kind in KINDS)
    assert sorted(vetted.left_out) == sorted(
        (named(REGIONS[other], kind), f"{REGIONS[other]} is no Region of {partition}") for kind in KINDS
    )


@pytest.mark.parametrize(("partition", "other"), DIRECTIONS)
def test_what_lies_in_the_file_of_another_partition_is_trusted_by_nobody(
    keys: Keys, package: Path, partition: str, other: str
) -> None:
    (package / f"{partition}.pem").write_bytes(pem(*planted(keys, REGIONS[partition], REGIONS[other])))
    trusted = regional_roots.installed()
    assert REGIONS[partition] in trusted.regions
    assert REGIONS[other] not in trusted.regions
    assert trusted.context(REGIONS[other]) is None
    assert not [each for each in trusted.thumbprints.values() if REGIONS[other] in each]
    for_clients = {root.region for root in rds_roots.roots()}
    assert REGIONS[partition] in for_clients
    assert REGIONS[other] not in for_clients
    assert not [name for name in held(package) if REGIONS[other] in name]


@pytest.mark.parametrize("partition", [each for each in BUNDLES if each != "aws"])
@pytest.mark.parametrize("kind", ["RSA2048 G1", "ECC384 G1"])
def test_a_bundle_with_another_key_under_a_name_of_another_file_is_refused_whole(
    keys: Keys, package: Path, partition: str, kind: str
) -> None:
    key = keys[kind.split(" ", maxsplit=1)[0]]
    own = certificate(key, named(REGIONS[partition], kind))
    impostor = certificate(key, named("us-east-1", kind))
    vetted = vet(pem(own, impostor), NOW, partition)
    with pytest.raises(
        Refused, match=f"another certificate under the name {named('us-east-1', kind)} than aws.pem"
    ):
        compare(held(package), vetted)


def test_what_another_file_has_byte_for_byte_is_left_out_and_no_reason_to_refuse_the_rest(
    keys: Keys, package: Path
) -> None:
    own = certificate(keys["RSA2048"], named("cn-north-1", "RSA2048 G1"))
    ours = held(package)[named("us-east-1", "RSA2048 G1")].certificate
    vetted = vet(pem(own, ours), NOW, "aws-cn")
    compare(held(package), vetted)
    assert list(vetted.roots.values()) == [own]


def test_a_file_of_no_partition_brings_nothing(keys: Keys, package: Path) -> None:
    before = regional_roots.installed().regions
    regional_roots.installed.cache_clear()
    rds_roots.roots.cache_clear()
    for name in ("mars.pem", "proxy.pem", "a.pem"):
        (package / name).write_bytes(pem(*planted(keys, *REGIONS.values())))
    assert regional_roots.installed().regions == before
    assert not {root.region for root in rds_roots.roots()} & {*REGIONS.values()}


def test_a_root_of_rds_proxy_counts_in_its_own_file_alone(keys: Keys, package: Path) -> None:
    impostor = certificate(keys["RSA2048"], "Amazon Root CA 1")
    for name in ("aws.pem", "aws-cn.pem", "owner.pem"):
        with (package / name).open("ab") as file:
            file.write(pem(impostor))
    proxys = [root for root in rds_roots.roots() if root.region is None]
    assert len(proxys) == 5
    assert "8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e" in {root.sha256 for root in proxys}


# --------------------------------------------------------------------------------------------------- a handshake


@pytest.fixture(scope="module")
def impostor() -> CertificateAuthority:
    """What names itself as us-east-1's, and is nobody's."""
    return regional("us-east-1")


@pytest.fixture(scope="module")
def port(impostor: CertificateAuthority) -> Iterator[int]:
    """A server that passes for a database of us-east-1 to whoever believes the impostor."""
    with Servers() as servers:
        yield servers.start("impostor", certificate=impostor.issue(HOST)).port


def shown(port: int) -> Handshake:
    context = regional_roots.installed().context("us-east-1")
    assert context is not None
    handshake, connection = open_verified("localhost", port, context, Deadline.within(5), HOST)
    if connection:
        connection.close()
    return handshake


@pytest.mark.parametrize(
    "file", [*(f"{each}.pem" for each in REGIONS if each != "aws"), "owner.pem", "proxy.pem", "zz.pem"]
)
def test_an_impostor_of_a_region_is_not_verified_whatever_file_its_root_was_planted_in(
    package: Path, impostor: CertificateAuthority, port: int, file: str
) -> None:
    with (package / file).open("ab") as bundle:
        bundle.write(impostor.root_pem)
    assert shown(port).outcome is HandshakeOutcome.UNKNOWN_ISSUER


def test_the_impostor_is_a_good_one(package: Path, impostor: CertificateAuthority, port: int) -> None:
    """In its own Region's file it would be believed: what refuses it above is the file that it lies in."""
    (package / "aws.pem").write_bytes(impostor.root_pem)
    assert shown(port).outcome is HandshakeOutcome.TRUSTED


def test_a_bundle_that_plants_it_is_refused_and_nothing_is_written(
    package: Path, impostor: CertificateAuthority, keys: Keys, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = certificate(keys["RSA2048"], named("cn-north-1", "RSA2048 G1"))
    template = tmp_path / "template.yaml"
    template.write_text('Outputs:\n  Roots:\n    Description: When\n    Value: "never"\n')
    before = {path.name: path.read_bytes() for path in package.iterdir() if path.is_file()}
    with publisher(tmp_path) as publish:
        url, trusting = publish(pem(own) + impostor.root_pem, None)
        assert main([], package, template, {"aws-cn": url}, trusting) == 1
    told = capsys.readouterr().out
    assert "refused, nothing written: it brings another certificate under the name Amazon RDS us-east-1 " in told
    assert {path.name: path.read_bytes() for path in package.iterdir() if path.is_file()} == before
