"""No part of a password comes out, whatever its letters make of the words behind it."""

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from tlscheck.drivers.driver import Driver
from tlscheck.drivers.placeholder import mark
from tlscheck.drivers.recognition import connection, named
from tlscheck.drivers.words import Words
from tlscheck.formats.configuration import Configuration
from tlscheck.formats.reading import located
from tlscheck.inventory.bad_request import BadRequest

from tests.client_words import forms
from tests.client_words.forms import Form
from tests.client_words.secrets import MARK, PASSWORDS, with_nested, with_passwords
from tests.rooms import ROOT

MODULES = [each.name for each in iter_modules(forms.__path__)]
H = "orders.c9x2example.eu-central-1.rds.amazonaws.com"


def told(form: Form, name: str | None) -> str:
    driver, framework = named(name)
    try:
        return repr(connection(Words(form.text, driver, framework, options=form.options)))
    except BadRequest as what:
        return str(what)


@pytest.mark.parametrize("module", MODULES)
def test_no_reader_repeats_a_part_of_a_password(module: str) -> None:
    tried, seen = 0, []
    for form in import_module(f"tests.client_words.forms.{module}").FORMS:
        for each in (*with_passwords(form), *with_nested(form)):
            for name in (form.driver, None):
                tried += 1
                if MARK.lower() in (said := told(each, name)).lower():
                    seen.append((name, each.text, each.options, said))
    assert tried >= 20
    assert seen == []


@pytest.mark.parametrize(
    ("driver", "text", "named_so"),
    [
        (None, f"Host={H};Password=pa;Ssl Mod=Require", "SslMod is no word of Npgsql"),
        ("libpq", f"host={H} password=pa sslmoed=require", '"sslmoed"'),
        ("pgx", f"host={H} password=pa sslmoed=require", "'sslmoed'"),
        (None, f"jdbc:postgresql://{H}/d?user=a&password=b&sslMode=verify-full", "ignored=('sslMode',)"),
        (None, f"jdbc:postgresql://{H}/d?foo=bar&user=a&password=b", "ignored=('foo',)"),
        (None, f"jdbc:postgresql://{H}/d?user=a&password=b&ssl=true&foo=bar", "ignored=('foo',)"),
        (None, f"jdbc:postgresql://{H}/d?user=a&password=b&foo=bar", "ignored=('a word of it',)"),
        ("node", f"postgres://app:pa@{H}/d?foo=bar", "ignored=('foo',)"),
    ],
)
def test_a_name_that_can_be_none_of_it_is_told(driver: str | None, text: str, named_so: str) -> None:
    assert named_so in told(Form("", text), driver)


FILES = {
    ".env": "DATABASE_URL='{url}'\nDB_PASSWORD={password}\nDB_HOST=h\nDB_SSLMODE=require\n",
    "application.properties": "spring.datasource.url=jdbc:postgresql://h/d?user=a&password={password}&ssl=true\n"
    "spring.datasource.password={password}\n",
    "database.yml": "production:\n  adapter: postgresql\n  host: h\n  password: '{password}'\n",
    "docker-compose.yml": "services:\n  a:\n    environment:\n      - PGPASSWORD={password}\n"
    "      - SPRING_DATASOURCE_URL=jdbc:postgresql://h/d?password={password}\n",
    "appsettings.json": '{{"ConnectionStrings": {{"Db": "Host=h;Password={password};SSL Mode=Allow"}}}}',
    "settings.py": "DATABASES = {{'default': {{'ENGINE': 'django.db.backends.postgresql', 'HOST': 'h',"
    " 'PASSWORD': '{password}'}}}}\nx = psycopg2.connect('host=h password={password} sslmode=require')\n",
    "db.js": "new Pool({{connectionString: '{url}'}}); new Client({{host: 'h', password: '{password}'}})\n",
    "pgbouncer.ini": "[databases]\nd = host=h password={password} dbname=d\n[pgbouncer]\nauth_type = md5\n",
    "odbc.ini": "[d]\nDriver=PostgreSQL Unicode\nServername=h\nPassword={password}\nSSLmode=require\n",
    "pg_service.conf": "[d]\nhost=h\npassword={password}\nsslmode=require\n",
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_gives_a_part_of_a_password(name: str) -> None:
    found = 0
    for password in (each for each in PASSWORDS if "\n" not in each):
        text = FILES[name].format(
            password=password, url=f"postgresql://a:{password}@h/d?password={password}&foo=1"
        )
        try:
            driver = Driver.LIBPQ if name == ".env" else None
            places = located(Configuration(Words(text, driver), name))
        except BadRequest as what:
            said = str(what)
        else:
            found += any(each.connection for each in places)
            said = repr(places)
        assert MARK.lower() not in said.lower(), text
    assert found >= 1


# -------------------------------------------------------------------------------------- bytes that are no UTF-8


def command(*arguments: bytes, folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; from tlscheck.edges.command.main import main; sys.exit(main())"
    paths = os.pathsep.join(str(ROOT / each) for each in ("functions", "layers/rds_trust_store/python"))
    return subprocess.run(
        [sys.executable.encode(), b"-c", code.encode(), b"client", *arguments],
        env={"PYTHONPATH": paths, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "text",
    [
        b"postgresql://a@h/d?sslmode=verify-full&sslrootcert=x\xfc.pem",
        b"postgresql://a@h/d?sslmode=verify-full&sslrootcert=x%fc.pem",
        b"host=h sslmode=verify-full sslrootcert=x\xfc.pem",
    ],
)
def test_a_files_name_is_bytes_to_libpq(text: bytes, tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/x\xfc.pem")).write_text("no certificate")
    done = command(b"--driver", b"libpq", b"--json", text, folder=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    [client] = json.loads(done.stdout)["clients"]
    assert "does not exist" not in json.dumps(client)
    assert "no trust store that tlscheck knows" in json.dumps(client)


@pytest.mark.parametrize(
    ("driver", "text"),
    [
        (driver, b"postgresql://a@h/d?sslmode=verify-full&sslrootcert=x\xfc.pem")
        for driver in (b"asyncpg", b"node", b"pgx", b"sqlx", b"prisma", b"tokio-postgres")
    ]
    + [
        (b"psycopg", b"postgresql://a@h/d?sslrootcert=x%fc.pem"),
        (b"psycopg2", b"host=h sslrootcert=x\xfc.pem"),
        (b"pgjdbc", b"jdbc:postgresql://h/d?sslrootcert=x\xfc.pem"),
        (b"npgsql", b"Host=h;Root Certificate=x\xfc.pem"),
    ],
)
def test_to_all_others_it_is_no_text(driver: bytes, text: bytes, tmp_path: Path) -> None:
    done = command(b"--driver", driver, text, folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no UTF-8" in done.stderr


# ---------------------------------------------------------------------------------------- a host nobody has said


@pytest.mark.parametrize(
    "driver", ["libpq", "psycopg", "asyncpg", "pgx", "lib/pq", "node", "tokio-postgres", "sqlx"]
)
def test_a_host_that_is_not_said_yet_is_no_socket(driver: str) -> None:
    found = connection(Words(f"postgresql://a@{mark('DB_HOST')}/d?sslmode=require", named(driver)[0]))
    assert (found.host, found.is_local) == ("", False)
    assert not [note for note in found.notes if "socket" in note]


def test_nor_is_one_of_several() -> None:
    found = connection(Words(f"host={mark('A')},{mark('B')},db3 sslmode=require", named("libpq")[0]))
    assert [(each.host, each.is_local) for each in found.others] == [("", False), ("db3", False)]
    [socket] = connection(Words("host=db1, sslmode=require", named("libpq")[0])).others
    assert socket.is_local


@pytest.mark.parametrize("driver", ["libpq", "asyncpg"])
def test_no_host_at_all_may_be_one(driver: str) -> None:
    [note] = connection(Words("postgresql:///d?sslmode=require", named(driver)[0])).notes
    assert "socket" in note


def test_a_million_letters_of_doubtful_names_are_none_to_compare() -> None:
    names = "&".join(f"a{number}=1" for number in range(60_000))
    found = connection(Words(f"jdbc:postgresql://h/d?password=x&{names}"))
    assert found.ignored == ("a word of it",)
