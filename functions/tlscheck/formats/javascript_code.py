"""Files of JavaScript and TypeScript."""

import re
from collections.abc import Iterator

from tlscheck.formats.configuration import Configuration
from tlscheck.formats.form import Form
from tlscheck.formats.javascript_calls import calls
from tlscheck.formats.literals.code import source
from tlscheck.formats.literals.languages import JAVASCRIPT
from tlscheck.formats.spoken import Spoken, found, may_connect

_FILE = re.compile(r".*\.[cm]?[jt]sx?")
_CODE = re.compile(
    r"\bnew (Pool|Client|Sequelize|DataSource|PrismaPg|PrismaClient)\s*\("
    r"|\b(knex|drizzle|postgres|defineConfig)\s*\("
    r"|\bmodule\.exports\s*=|\bexport default\b|\bTypeOrmModule\.forRoot|\brequire\s*\(\s*['\"](pg|knex)['\"]"
)


def _recognises(configuration: Configuration) -> bool:
    name = configuration.name.casefold()
    return bool(_FILE.fullmatch(name)) or (not name and _CODE.search(configuration.text) is not None)


def _find(configuration: Configuration) -> Iterator[Spoken]:
    if not may_connect(configuration.text):
        return
    sayings = list(calls(source(configuration.text, JAVASCRIPT), configuration.text))
    for each in sorted(sayings, key=lambda saying: saying.line):
        yield found(each, configuration.given)


FORMAT = Form("JavaScript", _recognises, _find)
