"""The CSV of a sweep: RFC 4180, a documented column each, and no cell that a spreadsheet would run."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlscheck.inventory.database import Kind
from tlscheck.reporting.sheet import sheet

from tests.swept import row, some

PAGE = (Path(__file__).parent.parent / "docs" / "sweep.md").read_text(encoding="utf-8")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def test_a_row_reads_so() -> None:
    (found,) = read("".join(sheet([row("orders-prod", "FIX_DATABASE", "ca", region="eu-west-1")])))
    assert found == {
        "account": "111122223333",
        "region": "eu-west-1",
        "identifier": "orders-prod",
        "kind": "instance",
        "verdict": "FIX_DATABASE",
        "reason": "Its CA is rds-ca-2019, which the Region does not offer any more.",
        "next_step": (
            "This replaces rds-ca-2019. First have its TLS clients trust the new root. Then: "
            "aws rds one && aws rds two"
        ),
        "enforcement": "ENFORCED",
        "certificate_authority": "rds-ca-rsa2048-g1",
        "certificate": "TRUSTED to 2027-09-20",
        "certificate_expires": "2027-09-20T03:00:00+00:00",
        "tls_clients": "12",
        "plaintext_clients": "0",
        "picture": "",
        "looked_at": "2026-11-24T03:00:00+00:00",
        "error": "",
        "arn": "arn:aws:rds:eu-west-1:111122223333:db:orders-prod",
    }


def test_what_is_not_known_is_empty_and_never_none_or_0() -> None:
    unknown = row(
        kind=Kind.CLUSTER,
        certificate="",
        certificate_authority=None,
        certificate_expires=None,
        tls_clients=None,
        plaintext_clients=None,
        looked_at=None,
    )
    (found,) = read("".join(sheet([unknown])))
    empty = {name for name, value in found.items() if not value}
    assert empty >= {
        "certificate_authority",
        "certificate_expires",
        "tls_clients",
        "plaintext_clients",
        "looked_at",
    }


def test_the_header_is_documented_in_its_order() -> None:
    (header,) = sheet([])
    documented = re.findall(
        r"^\| `([a-z_]+)` \|", PAGE.partition("## The sheet")[2].partition("\n## ")[0], re.MULTILINE
    )
    assert header == ",".join(documented) + "\r\n"


def test_each_record_ends_as_the_rfc_says_and_none_within() -> None:
    for record in sheet(some()):
        assert record.endswith("\r\n")
        assert "\r" not in record[:-2]
        assert "\n" not in record[:-2]


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\x00=1"])
def test_no_cell_is_a_formula(name: str) -> None:
    (found,) = read("".join(sheet([row(name)])))
    assert found["identifier"].startswith("'")
    assert found["identifier"].lstrip("' ") == name.strip("\t\r\x00 ")


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_in_it_a_reader_finds_as_many_cells(name: str, reason: str) -> None:
    text = "".join(sheet([row(name, reason=reason), row()]))
    assert [len(each) for each in csv.reader(StringIO(text, newline=""), strict=True)] == [17, 17, 17]
    first = read(text)[0]
    assert not first["identifier"].lstrip().startswith(("=", "+", "-", "@"))
    text.encode("utf-8")
