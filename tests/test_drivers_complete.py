"""A driver is whole: a reader of its words, a family, rows, a fix, and its name where users look for it."""

from pathlib import Path

import pytest
from tlscheck.drivers.driver import Driver, Family
from tlscheck.drivers.recognition import named
from tlscheck.drivers.table import DIALECTS, MODELS, RULES
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import read_all

PAGE = Path(__file__).parent.parent / "docs" / "clients.md"
every_driver = pytest.mark.parametrize("driver", Driver)
WHERE = 'CONTRIBUTING.md, "Add a driver", says where a driver has its place'


@every_driver
def test_a_driver_has_a_family_with_rows_and_a_way_to_read_a_trust_store(driver: Driver) -> None:
    assert isinstance(driver.family, Family), WHERE
    assert driver.family in MODELS, WHERE
    assert driver.family in {rule.family for rule in RULES}, WHERE


@every_driver
def test_a_driver_has_a_reader_of_its_own_words(driver: Driver) -> None:
    assert driver in DIALECTS, WHERE


@every_driver
def test_a_driver_is_known_by_the_name_that_it_is_called(driver: Driver) -> None:
    for name in (driver.value, driver.value.lower(), driver.value.upper(), f" {driver.value} "):
        assert named(name) == (driver, "")


@every_driver
def test_a_driver_is_named_where_a_clients_owner_looks_for_it(driver: Driver) -> None:
    words = PAGE.read_text().casefold()
    assert driver.value.casefold() in words, "docs/clients.md names every driver that tlscheck knows"


def test_a_driver_without_a_reader_is_not_read_as_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(DIALECTS, Driver.PGX)
    with pytest.raises(KeyError):
        read_all(Configuration(Words("host=orders.example.com", Driver.PGX)))
