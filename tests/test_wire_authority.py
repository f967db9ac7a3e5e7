"""The RDS CA that a chain's names lead to."""

import pytest
from tlscheck.wire.authority import authority

from tests.examples import leaf

AMAZON = "OU=Amazon RDS,O=Amazon Web Services\\, Inc.,L=Seattle,ST=Washington,C=US"


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        (f"CN=Amazon RDS eu-west-1 Root CA RSA2048 G1,{AMAZON}", "rds-ca-rsa2048-g1"),
        (f"L=Seattle,CN=Amazon RDS us-gov-west-1 Root CA ECC384 G1,{AMAZON}", "rds-ca-ecc384-g1"),
        (f"CN=Amazon RDS eu-west-1 Subordinate CA RSA4096 G1.A.1,{AMAZON}", "rds-ca-rsa4096-g1"),
        (f"CN=Amazon RDS Root 2019 CA,{AMAZON}", "rds-ca-2019"),
        (f"CN=Amazon RDS eu-west-1 2019 CA,{AMAZON}", "rds-ca-2019"),
        (f"CN=Amazon RDS af-south-1 Root 2019 CA,{AMAZON}", "rds-ca-2019"),
        (f"CN=Amazon RDS eusc-de-east-1 Subordinate CA ECC384 G1.A.1,{AMAZON}", "rds-ca-ecc384-g1"),
        (f"CN=Amazon RDS us-east-1 Root CA RSA8192 G2,{AMAZON}", "rds-ca-rsa8192-g2"),
        (f"CN=Amazon RDS Beta us-east-1 Root CA RSA2048 G1,{AMAZON}", None),
        (f"CN=Amazon RDS Preview Root 2019 CA,{AMAZON}", None),
        (f"CN=Amazon RDS nonsense Root CA RSA2048 G1,{AMAZON}", None),
        (f"CN=Amazon RDS me-south-1 Root CA,{AMAZON}", None),
        ("CN=our own,O=x\\,CN=Amazon RDS us-east-1 Root CA RSA2048 G1", None),
        ("CN=Amazon Root CA 1,O=Amazon,C=US", None),
        ("CN=our own", None),
        ("", None),
    ],
)
def test_a_ca_is_called_as_the_api_calls_it(issuer: str, expected: str | None) -> None:
    assert authority((leaf(), leaf(issuer=issuer))) == expected


def test_no_chain_names_no_ca() -> None:
    assert authority(()) is None
