"""Programs as people write them, unmodified, each rehearsed by one command: with a store that holds the root of
the CA that the server is to get, and with one that lacks it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges.stores.rds_roots import roots

from tests.client_matrix.clients import NODE, node_program
from tests.java import HOME

HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
RSA2048, RSA4096 = "Amazon RDS eu-central-1 Root CA RSA2048 G1", "Amazon RDS eu-central-1 Root CA RSA4096 G1"
EXIT = {"SURVIVES": 0, "DOES_NOT": 1, "UNKNOWN": 3}

type Program = Callable[[Path, Path], list[str]]


def store(folder: Path, *names: str) -> Path:
    """A store as an application's owner would download it, in PEM."""
    # only now: most tests that need the world have no use for it
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    path = folder / "global-bundle.pem"
    held = [x509.load_der_x509_certificate(each.der) for each in roots() if each.name in names]
    path.write_bytes(b"".join(each.public_bytes(Encoding.PEM) for each in held))
    return path


def rehearse(
    command: list[str], folder: Path, *options: str, variables: Mapping[str, str] | None = None
) -> tuple[int, dict[str, Any], str]:
    """The exit code of one command, its answer, and what it said beside it."""
    line = [
        sys.executable,
        "-c",
        "import sys; from tlscheck.edges.command.main import main; sys.exit(main())",
        "rehearse",
        "--json",
        "--as",
        HOST,
    ]
    line += ["--from", "rds-ca-rsa2048-g1", "--to", "rds-ca-rsa4096-g1", *options, "--", *command]
    path = os.pathsep.join(filter(None, sys.path))
    environment = {**os.environ, "PYTHONPATH": path, **(variables or {})}
    done = subprocess.run(
        line,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.returncode, json.loads(done.stdout or "{}"), done.stderr


def written(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return str(path)


def django(folder: Path, bundle: Path) -> list[str]:
    options = {"sslmode": "verify-full", "sslrootcert": str(bundle)}
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": "orders", "USER": "app", "HOST": HOST}
    written(folder, "shop/__init__.py", "")
    written(
        folder,
        "shop/settings.py",
        f"DATABASES = {{'default': {database | {'OPTIONS': options}}}}\nSECRET_KEY = 'x'\n",
    )
    manage = (
        "import os, sys\nfrom django.core.management import execute_from_command_line\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\nexecute_from_command_line(sys.argv)\n"
    )
    written(folder, "manage.py", manage)
    return [sys.executable, "manage.py", "check", "--database", "default"]


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


def here() -> dict[str, Program]:
    """Those that this machine can run."""
    found: dict[str, Program] = {"SQLAlchemy": sqlalchemy, "pgjdbc": pgjdbc}
    found |= {"Django": django} if _runs(sys.executable, "-c", "import django") else {}
    found |= {"node-postgres": node} if node_program() else {}
    found |= {"PHP": php} if _runs("php", "-r", "exit((int)!extension_loaded('pdo_pgsql'));") else {}
    return found | ({"Ruby": ruby} if _runs("ruby", "-e", "require 'pg'") else {})


SILENT = {"node-postgres"}
"""What closes without an alert: what its store holds cannot be told."""


@pytest.mark.parametrize("name", sorted(here()))
@pytest.mark.parametrize(("held", "verdict"), [((RSA2048, RSA4096), "SURVIVES"), ((RSA2048,), "DOES_NOT")])
def test_it_is_told_whether_it_survives(name: str, held: tuple[str, ...], verdict: str, tmp_path: Path) -> None:
    code, answer, said = rehearse(here()[name](tmp_path, store(tmp_path, *held)), tmp_path)
    assert answer.get("verdict") == ("UNKNOWN" if name in SILENT else verdict), (said, answer)
    assert code == EXIT[answer["verdict"]]
    assert "secret" not in json.dumps(answer) + said
