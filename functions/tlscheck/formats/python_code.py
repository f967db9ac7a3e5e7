"""Files of Python: Django's settings, and whatever connects by itself."""

import re
from collections.abc import Iterator

from tlscheck.formats import django, python_calls
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.form import Form
from tlscheck.formats.literals import python
from tlscheck.formats.spoken import Spoken, found, may_connect

_CODE = re.compile(
    r"^\s*(from [\w.]+ import |import [\w., ]+$)|\bDATABASES\s*(\[|=)|\bcreate_(async_)?engine\s*\("
    r"|\b(psycopg2?|asyncpg|pg8000)(\.\w+)?\.(connect|create_pool|Connection)\s*\(|\bSQLALCHEMY_DATABASE_UR[IL]\s*=",
    re.MULTILINE,
)


def _recognises(configuration: Configuration) -> bool:
    name = configuration.name.casefold()
    if name.endswith((".py", ".pyi")):
        return True
    return not name and _CODE.search(configuration.text) is not None and ";" not in configuration.text


def _find(configuration: Configuration) -> Iterator[Spoken]:
    if not may_connect(configuration.text):
        return
    source = python.source(configuration.text)
    sayings = [*django.databases(source), *python_calls.calls(source)]
    for each in sorted(sayings, key=lambda saying: saying.line):
        yield found(each, configuration.given)


FORMAT = Form("Python", _recognises, _find)
