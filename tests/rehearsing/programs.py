"""Programs as people write them, each with a store of its own, and those of them that this machine can run."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.client_matrix.clients import NODE, node_program
from tests.java import HOME
from tests.rehearsing.staged import NAME as HOST

type Program = Callable[[Path, Path], list[str]]
"""Writes itself into a folder, with a store in PEM elsewhere; how it is run."""


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def django(*words: str) -> Program:
    """`manage.py` with these words, in a project with one model."""

    def program(folder: Path, bundle: Path) -> list[str]:
        options = {"sslmode": "verify-full", "sslrootcert": str(bundle)}
        database = {"ENGINE": "django.db.backends.postgresql", "NAME": "orders", "USER": "app", "HOST": HOST}
        settings = {
            "DATABASES": {"default": database | {"OPTIONS": options}},
            "INSTALLED_APPS": ["shop"],
            "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
            "SECRET_KEY": "x",
        }
        # the check asks the server what it can do only where a model wants what some versions cannot
        models = (
            "from django.db.models import CharField, Model, UniqueConstraint\n\n\n"
            "class Order(Model):\n    number = CharField(null=True)\n\n    class Meta:\n"
            "        constraints = [UniqueConstraint(fields=['number'], name='one', nulls_distinct=False)]\n"
        )
        manage = (
            "import os, sys\nfrom django.core.management import execute_from_command_line\n"
            "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\nexecute_from_command_line(sys.argv)\n"
        )
        written(folder, "shop/__init__.py", "")
        written(folder, "shop/settings.py", "".join(f"{name} = {value!r}\n" for name, value in settings.items()))
        written(folder, "shop/models.py", models)
        return [sys.executable, written(folder, "manage.py", manage), *words]

    return program


def sqlalchemy(folder: Path, bundle: Path) -> list[str]:
    script = (
        "import sqlalchemy\n"
        f"url = 'postgresql+psycopg2://app:secret@{HOST}/orders?sslmode=verify-full&sslrootcert={bundle}'\n"
        "sqlalchemy.create_engine(url).connect()\n"
    )
    return [sys.executable, written(folder, "report.py", script)]


def pgjdbc(folder: Path, bundle: Path) -> list[str]:
    properties = {"user": "app", "password": "secret", "sslmode": "verify-full", "sslrootcert": str(bundle)}
    asked = {"url": f"jdbc:postgresql://{HOST}:5432/orders", "properties": properties, "jvm": {}}
    given = written(folder, "given.json", json.dumps(asked))
    return ["sh", "-c", f"JAVA_HOME={HOME} exec {sys.executable} -m tests.java < {given}"]


def node(folder: Path, bundle: Path) -> list[str]:
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    script = (
        "import fs from 'node:fs'\nimport pg from 'pg'\n"
        f"const ca = fs.readFileSync('{bundle}', 'utf8')\n"
        f"const client = new pg.Client({{host: '{HOST}', user: 'app', password: 'secret', ssl: {{ca}}}})\n"
        "await client.connect()\n"
    )
    return [str(node_program()), written(folder, "report.mjs", script)]


def php(folder: Path, bundle: Path) -> list[str]:
    dsn = f"pgsql:host={HOST};dbname=orders;sslmode=verify-full;sslrootcert={bundle}"
    return ["php", written(folder, "report.php", f"<?php new PDO('{dsn}', 'app', 'secret');\n")]


def ruby(folder: Path, bundle: Path) -> list[str]:
    words = f"host: '{HOST}', dbname: 'orders', user: 'app', sslmode: 'verify-full', sslrootcert: '{bundle}'"
    return ["ruby", written(folder, "report.rb", f"require 'pg'\nPG.connect({words})\n")]


def _runs(*command: str) -> bool:
    return (
        bool(shutil.which(command[0])) and not subprocess.run(command, capture_output=True, check=False).returncode
    )


PROGRAMS: dict[str, tuple[Program, Callable[[], bool]]] = {
    "Django, check": (django("check", "--database", "default"), lambda: True),
    "Django, migrate --check": (django("migrate", "--check"), lambda: True),
    "SQLAlchemy": (sqlalchemy, lambda: True),
    "pgjdbc": (pgjdbc, lambda: True),
    "node-postgres": (node, lambda: node_program() is not None),
    "PHP": (php, lambda: _runs("php", "-r", "exit((int)!extension_loaded('pdo_pgsql'));")),
    "Ruby": (ruby, lambda: _runs("ruby", "-e", "require 'pg'")),
}
"""By name: the program, and whether this machine has what it needs, beside what the tests bring."""


@cache
def here() -> dict[str, Program]:
    """Those that this machine can run."""
    return {name: program for name, (program, is_here) in PROGRAMS.items() if is_here()}


def absent() -> str:
    """Those that it cannot, for the summary of a run."""
    missing = [name for name in PROGRAMS if name not in here()]
    return f"not on this machine, so not rehearsed there: {', '.join(missing)}" if missing else ""
