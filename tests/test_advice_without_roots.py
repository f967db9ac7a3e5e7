"""What is printed for a client's trust store can be done as printed, in every partition."""

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tlscheck.drivers.connection import Connection
from tlscheck.drivers.driver import Driver
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.survival.answer import answer
from tlscheck.survival.assessment import About
from tlscheck.survival.client_document import Answer, Question
from tlscheck.survival.prediction import Roots

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CHINA = "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem"
GOVCLOUD = "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem"
COMMERCIAL = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
HOSTS = [
    "orders.c9x2example.eu-central-1.rds.amazonaws.com",
    "orders.c9x2example.xx-newplace-1.rds.amazonaws.com",
    "orders.c9x2example.rds.cn-north-1.amazonaws.com.cn",
    "orders.c9x2example.us-gov-west-1.rds.amazonaws.com",
    "orders.c9x2example.eusc-de-east-1.rds.amazonaws.eu",
    "orders.c9x2example.rds.us-iso-west-1.c2s.ic.gov",
    "app.proxy-c9x2example.eu-central-1.rds.amazonaws.com",
    "app.proxy-c9x2example.xx-newplace-1.rds.amazonaws.com",
    "app.proxy-c9x2example.rds.cn-north-1.amazonaws.com.cn",
    "orders.example.com",
]


def told(host: str, driver: Driver = Driver.LIBPQ, mode: str = "verify-full", authority: str = "") -> Answer:
    question = Question(About.BOTH, None, authority, "", "")
    return answer(Connection(driver, host, mode=mode), question, roots(), lambda *_: (Roots.NONE, "none"), NOW)


@pytest.mark.parametrize("driver", Driver)
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("authority", ["", "rds-ca-ecc384-g1"])
def test_no_command_is_printed_that_is_refused(
    host: str, driver: Driver, authority: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mode = {Driver.PGJDBC: "sslmode=require, DefaultJavaSSLFactory"}.get(driver, "")
    fixed = told(host, driver, mode, authority).fix
    printed = [fixed.trust_store, *re.findall(r"\((tlscheck [^)]*)\)", fixed.line)]
    for number, command in enumerate(each for each in printed if each.startswith("tlscheck trust-store")):
        assert main([*shlex.split(command)[1:], "--output", f"out{number}"]) == 0


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        (HOSTS[0], "tlscheck trust-store build --region eu-central-1"),
        (HOSTS[1], f"curl --fail --output rds-ca.pem {COMMERCIAL}"),
        (HOSTS[2], f"curl --fail --output rds-ca.pem {CHINA}"),
        (HOSTS[3], f"curl --fail --output rds-ca.pem {GOVCLOUD}"),
        (
            HOSTS[4],
            "tlscheck has no roots of eusc-de-east-1: have them from AWS, and save them as rds-ca.pem",
        ),
        (HOSTS[6], "tlscheck trust-store build --proxy --region eu-central-1"),
        (HOSTS[7], "tlscheck trust-store build --proxy"),
        (
            HOSTS[8],
            "RDS Proxy's roots in cn-north-1 are not known: have them from AWS, and save them as rds-ca.pem",
        ),
        (HOSTS[9], "tlscheck trust-store build"),
    ],
)
def test_the_store_comes_from_tlscheck_or_else_from_aws(host: str, expected: str) -> None:
    fixed = told(host).fix
    assert fixed.trust_store == expected
    assert fixed.line == "sslmode=verify-full sslrootcert=rds-ca.pem"
