"""Names come from certificates, hosts and requests of strangers: none may cost more than its length."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tlscheck.inventory.ca_name import ca_name, ca_of_subject
from tlscheck.inventory.names import Arn, endpoint_name, is_database, is_global_writer, is_host, is_region

INVENTORY = Path(__file__).parents[1] / "functions" / "tlscheck" / "inventory"
MEGABYTE = 1_000_000
READERS = [ca_name, ca_of_subject, endpoint_name, is_database, is_global_writer, is_host, is_region]
REPEATED = ["a-", "a", "-", "Amazon RDS ", "CN=", ",CN=", "Root ", "CA ", "a.", "rds.", "arn:", "\\,CN=", "G1."]
AROUND = [
    ("", ""),
    ("Amazon RDS ", ""),
    ("Amazon RDS ", " Root CA RSA2048 G1"),
    ("Amazon RDS Beta ", " 2019 CA"),
    ("CN=Amazon RDS ", " CA,O=x"),
    ("orders.", ".eu-central-1.rds.amazonaws.com"),
    ("arn:aws:rds:eu-central-1:123456789012:db:", ""),
    ("arn:aws:rds:", ":123456789012:db:orders"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("repeated", REPEATED)
def test_a_name_of_a_megabyte_costs_little(read: Callable[[str], object], repeated: str) -> None:
    names = [f"{before}{repeated * (MEGABYTE // len(repeated))}{after}" for before, after in AROUND]
    started = time.process_time()
    for name in names:
        read(name)
    assert time.process_time() - started < 2


def test_the_kind_of_an_arn_of_a_megabyte_costs_little() -> None:
    started = time.process_time()
    assert Arn("aws", "rds", "eu-central-1", "", "a-" * MEGABYTE + ":x").kind == "a-" * MEGABYTE
    assert time.process_time() - started < 2


@pytest.mark.parametrize("module", ["ca_name.py", "names.py"])
def test_no_pattern_repeats_without_a_bound(module: str) -> None:
    texts = re.findall(r'"([^"\n]*)"', re.sub(r'""".*?"""', "", (INVENTORY / module).read_text(), flags=re.DOTALL))
    outside_of_classes = [re.sub(r"\[[^\]]*\]", "[]", text) for text in texts]
    assert any("{1," in text for text in outside_of_classes)
    assert [text for text in outside_of_classes if re.search(r"[\])\w][+*]", text)] == []


@pytest.mark.parametrize("length", [1, 20, 21, 1000])
def test_a_bound_takes_no_name_of_rds_away(length: int) -> None:
    region = "us-gov-west-1"
    named = ca_name(f"Amazon RDS {region} Subordinate CA RSA2048 G1.{'A' * length}")
    assert (named is not None) is (length <= 20)
    assert ca_of_subject(f"O={'x' * length},CN=Amazon RDS {region} Root CA RSA2048 G1") is not None


@pytest.mark.parametrize("name", ["Amazon RDS 2019 CA", "Amazon RDS Root 2019 CA", "Amazon RDS us-east-1 2019 CA"])
def test_a_year_is_no_region(name: str) -> None:
    named = ca_name(name)
    assert named is not None
    assert (named.identifier, named.is_retired) == ("rds-ca-2019", True)
