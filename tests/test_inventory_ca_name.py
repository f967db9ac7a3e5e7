"""What the names of RDS's CA certificates say: which CA, of which Region, retired or not, in production or not."""

import pytest
from tlscheck.inventory.ca_name import CaName, ca_name, ca_of_subject


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # the subjects of AWS's bundles (truststore.pki.rds.amazonaws.com, global-bundle.pem) and of their leaves
        ("Amazon RDS eu-west-1 Root CA RSA2048 G1", ("rds-ca-rsa2048-g1", "eu-west-1", False, True)),
        ("Amazon RDS eu-west-1 Root CA RSA4096 G1", ("rds-ca-rsa4096-g1", "eu-west-1", False, True)),
        ("Amazon RDS us-gov-west-1 Root CA ECC384 G1", ("rds-ca-ecc384-g1", "us-gov-west-1", False, True)),
        ("Amazon RDS eu-west-1 Subordinate CA RSA2048 G1.A.1", ("rds-ca-rsa2048-g1", "eu-west-1", False, True)),
        ("Amazon RDS Beta us-east-1 Root CA RSA2048 G1", ("rds-ca-rsa2048-g1", None, False, False)),
        ("Amazon RDS Preview us-east-2 Root CA ECC384 G1", ("rds-ca-ecc384-g1", None, False, False)),
        ("Amazon RDS Root 2019 CA", ("rds-ca-2019", None, True, True)),
        ("Amazon RDS eu-west-1 2019 CA", ("rds-ca-2019", "eu-west-1", True, True)),
        ("Amazon RDS af-south-1 Root 2019 CA", ("rds-ca-2019", "af-south-1", True, True)),
        ("Amazon RDS me-south-1 Root CA", (None, "me-south-1", True, True)),
        ("Amazon RDS Root CA", (None, None, True, True)),
        ("Amazon RDS eu-west-1 CA", (None, "eu-west-1", True, True)),
        ("Amazon RDS Beta Root 2019 CA", ("rds-ca-2019", None, True, False)),
        ("Amazon RDS Preview us-east-2 2019 CA", ("rds-ca-2019", None, True, False)),
    ],
)
def test_a_name_says_its_ca_and_region(name: str, expected: tuple[str | None, str | None, bool, bool]) -> None:
    identifier, region, is_retired, is_production = expected
    assert ca_name(name) == CaName(identifier, region, is_retired, is_production)
    assert ca_of_subject(f"CN={name},O=Amazon") == ca_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Amazon RDS",
        "Amazon Root CA 1",
        "Amazon RDS Root 2019 CA X",
        "An Amazon RDS Root 2019 CA",
        "Amazon RDS Root 1999 CA",
        "Amazon RDS nonsense Root CA RSA2048 G1",
        "Amazon RDS non-sense Root 2019 CA",
        "Amazon RDS eu-west-1 Root CA rsa2048 G1",
        f"Amazon RDS eu-west-1 Root CA {'R' * 21} G1",
        "Amazon RDS eu-west-1 Root CA RSA2048 G123",
        "Amazon RDS eu-west-1 Root CA RSA2048 G1.",
        "Amazon RDS Alpha us-east-1 Root CA RSA2048 G1",
    ],
)
def test_any_other_name_is_no_ca_of_rds(name: str) -> None:
    assert ca_name(name) is None


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "O=Amazon",
        "OCN=Amazon RDS Root 2019 CA",
        "O=x\\,CN=Amazon RDS Root 2019 CA",
        "CN=Amazon RDS Root 2019\\, CA",
    ],
)
def test_a_subject_whose_common_name_is_another_is_no_ca_of_rds(subject: str) -> None:
    assert ca_of_subject(subject) is None


def test_the_common_name_may_stand_anywhere_in_a_subject() -> None:
    for subject in ("CN=Amazon RDS Root 2019 CA", "C=US,CN=Amazon RDS Root 2019 CA,O=Amazon"):
        assert ca_of_subject(subject) == CaName("rds-ca-2019", None, is_retired=True, is_production=True)
