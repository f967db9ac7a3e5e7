"""`tlscheck client` answers in words, JSON and exit codes, opens nothing else, and never shows a traceback."""

import io
import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tlscheck.edges.command.main import main
from tlscheck.edges.stores.rds_roots import roots
from tlscheck.keystores.pem import write
from tlscheck.survival.client_schema import SCHEMA

from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.servers import Servers
from tests.properties import FIXTURE_MAY_LAST, tries

TLSCHECK = Path(sys.executable).parent / "tlscheck"
HOST = "orders.c9x2example.eu-central-1.rds.amazonaws.com"
AMERICA = HOST.replace("eu-central-1", "us-east-1")
SECRET = "gEhEiMnIs"  # noqa: S105 - what must never be seen again


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        read = json.loads(self.out)
        jsonschema.validate(read, SCHEMA)
        return read


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "TLSCHECK_STORE_PASSWORD",
        "SSL_CERT_FILE",
        *(name for name in os.environ if name.startswith("PG")),
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home that the account's entry names: another one than HOME, as under sudo."""
    entry = pwd.getpwuid(os.getuid())
    directory = tmp_path / "account"
    directory.mkdir()
    monkeypatch.setattr(pwd, "getpwuid", lambda _: pwd.struct_passwd((*entry[:5], str(directory), entry[6])))
    return directory


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str | Path) -> Answer:
        capsys.readouterr()
        try:
            code = main(["client", *map(str, arguments)])
        except SystemExit as left:
            code = int(left.code or 0)
        answer = Answer(code, *capsys.readouterr())
        assert SECRET not in answer.out + answer.err
        assert "Traceback" not in answer.err
        return answer

    assert home.exists()
    return run


@pytest.fixture
def frankfurt(home: Path) -> Path:
    path = home / "frankfurt.pem"
    path.write_bytes(write((root.subject, root.der) for root in roots() if root.region == "eu-central-1"))
    return path


@pytest.fixture
def systems_store(frankfurt: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of public CAs that this system keeps, as OpenSSL and Go are told where it is."""
    path = frankfurt.with_name("system.pem")
    path.write_bytes(frankfurt.read_bytes())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


def test_help_tells_a_newcomer_what_to_type(run: Any) -> None:
    told = run("--help").out
    assert "tlscheck client 'host=" in told
    assert "exit codes: 0 it survives, 1 it does not" in told
    assert "node-postgres" in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([f"host={HOST} sslmode=require"], 0),
        ([f"host={HOST} sslmode=disable"], 1),
        ([f"host={HOST} sslmode=disable", "--about", "rotation"], 0),
        ([f"jdbc:postgresql://{HOST}/db?ssl=true&password={SECRET}"], 1),
        (["--driver", "node", f"postgresql://u:{SECRET}@{HOST}/db?sslmode=require"], 3),
        (["--driver", "pg8000", "--options", json.dumps({"host": HOST, "ssl_context": True})], 0),
        (["--driver", "Npgsql", f"Host={HOST};SSL Mode=Require"], 3),
        (["--driver", "Npgsql", "--driver-version", "8.0", f"Host={HOST};SSL Mode=Require"], 0),
        ([f"postgresql://u:{SECRET}@{HOST}/db"], 2),
        ([f"postgresql+asyncpg://u:{SECRET}@{HOST}/db?sslmode=require"], 2),
        (["--driver", "oracle", "host=h"], 2),
        (["--options", SECRET, "--driver", "pg8000"], 2),
        (["--driver-version", "x", "host=h"], 2),
        (["--file", "/nowhere/servers.json"], 2),
        (["--to", "rds-ca-2019", "host=h"], 2),
        (["--region", "nonsense", "host=h"], 2),
        ([], 2),
    ],
)
def test_the_exit_code_says_it(run: Any, arguments: list[str], code: int) -> None:
    answer = run(*arguments)
    assert answer.code == code, answer
    assert answer.err.startswith(("tlscheck: ", "usage: ")) if code == 2 else answer.out


def test_a_file_that_the_string_names_is_looked_into(run: Any, frankfurt: Path, home: Path) -> None:
    words = f"host={HOST} sslmode=verify-full sslrootcert={frankfurt}"
    assert run(words).code == 0
    assert "its roots hold each CA in eu-central-1" in run(words).out
    assert run(words.replace("eu-central-1", "us-east-1")).code == 1
    contradicted = run(words, "--region", "us-east-1")
    assert (contradicted.code, "the endpoint's name says eu-central-1" in contradicted.err) == (2, True)
    missing = run(f"host={HOST} sslmode=verify-full sslrootcert={home}/nothing.pem")
    assert (missing.code, "nothing.pem does not exist" in missing.out) == (1, True)
    broken = home / "broken.pem"
    broken.write_text("nothing")
    assert "its file of roots can't be used" in run(f"host={HOST} sslmode=require sslrootcert={broken}").out


def test_behind_a_tunnel_the_endpoint_tells_the_region(run: Any, frankfurt: Path) -> None:
    words = f"host=localhost port=15432 sslmode=verify-ca sslrootcert={frankfurt}"
    assert "the Region is not known" in run(words).out
    assert (run(words, "--endpoint", HOST).code, run(words, "--endpoint", HOST).err) == (0, "")
    elsewhere = run(words, "--endpoint", HOST.replace("eu-central-1", "us-east-1"))
    assert elsewhere.code == 1
    assert "trust store: tlscheck trust-store build --region us-east-1" in elsewhere.out


def test_a_root_at_home_changes_what_happens(run: Any, frankfurt: Path, home: Path) -> None:
    (home / ".postgresql").mkdir()
    frankfurt.rename(home / ".postgresql" / "root.crt")
    assert run(f"host={HOST}").code == 0
    stale = run(f"host={AMERICA}", "--driver-version", "15")
    assert stale.code == 1
    assert "goes on in plaintext, silently" in stale.out
    assert "fix: sslmode=verify-full sslrootcert=rds-ca.pem" in stale.out
    assert run("--driver", "asyncpg", f"postgresql://u@{AMERICA}/db").code == 0


@pytest.mark.parametrize(
    ("version", "at_home", "of_account"),
    # What comes of a root of another Region that lies at HOME alone, and in the account's own home alone.
    [("14", 0, 1), ("15", 1, 0), ("18", 1, 0), ("", 3, 3)],
)
def test_of_two_homes_the_one_counts_that_this_libpq_asks(  # noqa: PLR0917 - a row of the table
    run: Any, frankfurt: Path, home: Path, account: Path, version: str, at_home: int, of_account: int
) -> None:
    named = ["--driver-version", version] if version else []
    codes = []
    for place in (home, account):
        (place / ".postgresql").mkdir()
        frankfurt.rename(place / ".postgresql" / "root.crt")
        codes.append(run(f"host={AMERICA} sslmode=require", *named).code)
        (place / ".postgresql" / "root.crt").rename(frankfurt)
    assert codes == [at_home, of_account]


def test_json_keeps_to_its_schema(run: Any, home: Path) -> None:
    servers = {str(number): {"Host": HOST, "Port": 5432, "SSLMode": "prefer"} for number in range(3)}
    file = home / "servers.json"
    file.write_text(json.dumps({"Servers": servers}))
    document = run("--file", file, "--json", "--to", "rds-ca-ecc384-g1").document
    assert [each["client"]["label"] for each in document["clients"]] == ["server 0", "server 1", "server 2"]
    assert document["target_ca"] == "rds-ca-ecc384-g1"
    assert json.loads(run("--schema").out) == SCHEMA


def test_a_files_name_is_the_file_and_each_connection_is_told_where_it_stands(run: Any, home: Path) -> None:
    file, other = home / "servers.json", home / "other.txt"
    servers = {"1": {"Host": HOST, "SSLMode": "require"}, "2": {"Service": "orders"}}
    file.write_text(json.dumps({"Servers": servers}))
    other.write_text(f"host={HOST} sslmode=require")
    one = run(file)
    assert f"{file}: server 1 (line 1):\npgAdmin at {HOST}: it survives.\n" in one.out
    refused = "it cannot be read: it names a service; give the service file itself"
    assert f"{file}: server 2 (line 1): {refused}" in one.out
    both = run(file, other, "--json").document
    assert [each["found_at"] for each in both["clients"]] == [
        {"file": str(file), "path": "server 1", "line": 1},
        {"file": str(other), "path": None, "line": None},
    ]
    assert both["refused"] == [
        {
            "found_at": {"file": str(file), "path": "server 2", "line": 1},
            "why": "it names a service; give the service file itself",
        }
    ]
    assert run(f"host={HOST} sslmode=require", "--json").document["clients"][0]["found_at"] == {
        "file": None,
        "path": None,
        "line": None,
    }


def test_of_several_the_exit_code_is_of_the_worst(run: Any, home: Path) -> None:
    def file(name: str, words: str) -> Path:
        (home / name).write_text(words)
        return home / name

    good, bad = file("good", f"host={HOST} sslmode=require"), file("bad", f"host={HOST} sslmode=disable")
    unsure, wrong = file("unsure", f"Host={HOST};SSL Mode=Require"), file("wrong", f"host={HOST} sslmode={SECRET}")
    assert run(good, bad, unsure, wrong).code == 1
    assert run(good, unsure, wrong).code == 2
    assert run(good, unsure).code == 3
    assert run(good, good).code == 0
    assert "of several: 1 where one does not, else 2 where one cannot be read" in run("--help").out
    nothing = run(wrong, home)
    assert (nothing.code, nothing.out) == (2, "")
    assert f"{wrong}: connection: cannot be read" in nothing.err
    assert f"{home}: Is a directory" in nothing.err


def test_several_words_are_several_files_or_one_string_that_lacks_its_quotes(run: Any, home: Path) -> None:
    there = home / "there"
    there.write_text(f"host={HOST}")
    for words in ([f"host={HOST}", "sslmode=require"], [there, "sslmode=require"], [there, SECRET], ["-", there]):
        answer = run(*words)
        assert (answer.code, answer.out) == (2, "")
        assert "put quotes around a connection string" in answer.err
    assert run("--file", there, f"host={HOST}").code == 2


@pytest.mark.parametrize(
    "content",
    [
        f"host={HOST} sslmode=require".encode("utf-8-sig"),
        f"\ufeffhost={HOST} sslmode=require\r\n".encode("utf-16-le"),
        f"\ufeffhost={HOST} sslmode=require".encode("utf-16-be"),
        f"\ufeffhost={HOST} sslmode=require".encode("utf-32-le"),
    ],
    ids=["UTF-8 with a mark", "UTF-16 of PowerShell", "UTF-16, big end first", "UTF-32"],
)
def test_a_file_of_any_editor_is_read(run: Any, home: Path, content: bytes) -> None:
    file = home / "words.txt"
    file.write_bytes(content)
    assert run(file, "--json").document["clients"][0]["client"]["mode"] == "require"


def test_a_file_that_is_no_text_is_refused(run: Any, home: Path) -> None:
    file = home / "words.bin"
    file.write_bytes(f"host={HOST}\0{SECRET}".encode())
    assert "a zero byte is in it" in run(file).err
    assert run("x" * 5000).code == 2  # too long for a file's name


def test_options_do_not_belong_to_a_file_that_says_its_own(run: Any, home: Path) -> None:
    file = home / "servers.json"
    file.write_text(json.dumps({"Servers": {"1": {"Host": HOST}}}))
    refused = run(file, "--options", '{"sslmode": "verify-full"}')
    assert (refused.code, "pgAdmin's servers.json says its own" in refused.err) == (2, True)


def test_the_environment_counts_only_when_asked(run: Any, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("PGHOST", HOST)
    monkeypatch.setenv("PGSSLMODE", "disable")
    monkeypatch.setenv("PGPASSWORD", SECRET)
    assert run("--environment", "--json").document["clients"][0]["client"]["mode"] == "disable"
    assert run("dbname=x", "--json").document["clients"][0]["client"]["mode"] is None
    service = home / "services.conf"
    service.write_text(f"[orders]\nhost={HOST}\nsslmode=require\npassword={SECRET}\n")
    read = run("service=orders", "--service-file", service, "--json").document["clients"][0]["client"]
    assert (read["host"], read["mode"]) == (HOST, "require")


def test_a_string_with_a_password_can_come_by_standard_input(home: Path) -> None:
    done = subprocess.run(
        [TLSCHECK, "client", "--driver", "psycopg", "-"],
        input=f"postgresql://u:{SECRET}@{HOST}/db?sslmode=require\n",
        capture_output=True,
        text=True,
        check=False,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert SECRET not in done.stdout
    assert "\x1b" not in done.stdout  # no terminal, no colour


def test_connect_makes_the_handshake_that_the_client_would(run: Any, home: Path) -> None:
    authority, other = regional("eu-central-1"), regional("eu-central-1")
    right, wrong = home / "right.pem", home / "wrong.pem"
    right.write_bytes(authority.root_pem)
    wrong.write_bytes(other.root_pem)
    with Servers() as servers:
        port = servers.start("orders", authority.issue("localhost")).port
        for words, outcome in (
            (f"sslmode=verify-full sslrootcert={right}", "TRUSTED"),
            (f"sslmode=verify-full sslrootcert={wrong}", "UNKNOWN_ISSUER"),
            ("sslmode=require", "NOT_VERIFIED"),
        ):
            answer = run(f"host=localhost port={port} {words}", "--connect", "--json")
            (tried,) = answer.document["clients"][0]["tried"]
            assert tried["outcome"] == outcome, answer
            assert "Amazon RDS eu-central-1 Root CA RSA2048 G1" in tried["presented"][-1]
    unreachable = run("host=localhost port=1 sslmode=require", "--connect")
    assert unreachable.code == 3
    assert "tried localhost:1: UNREACHABLE" in unreachable.out


_LIKELY = st.sampled_from(
    [
        *("host=", "sslmode=verify-full ", "sslrootcert=", "/etc/passwd", "/dev/zero", "postgresql://", "u:", "@"),
        *(
            SECRET,
            "/",
            "?",
            "&",
            "'",
            "\\",
            ";",
            "{",
            "}",
            "[",
            "]",
            "%2F",
            "%00",
            "=",
            " ",
            "-",
            "--",
            "\n",
            "\0",
        ),
        *(
            "service=/etc/shadow",
            "~/x",
            "jdbc:postgresql://",
            "sslmode=require",
            '{"Servers": {"1": {"Host": "h"}}}',
        ),
    ]
)
_TEXT = st.one_of(st.text(max_size=80), st.lists(_LIKELY, max_size=10).map("".join))


@settings(max_examples=tries(200), suppress_health_check=FIXTURE_MAY_LAST)
@given(
    text=_TEXT, name=st.sampled_from(["", "libpq", "pgjdbc", "node", "asyncpg", "lib/pq", "sqlalchemy", "npgsql"])
)
@example(text="sslrootcert=/dev/zero sslmode=verify-full host=h", name="")
@example(text=f"host=h sslrootcert='{SECRET}", name="")
@example(text="sslmode=verify-full", name="lib/pq")
@example(text="sslrootcert=system", name="libpq")
@example(text="A=0 sslrootcert=/", name="")
def test_no_string_crashes_it_or_opens_what_it_does_not_name(
    home: Path, systems_store: Path, text: str, name: str
) -> None:
    with _opened() as paths:
        answer = _run_with("-", *(["--driver", name] if name else []), "--json", stdin=text)
    strange = {path for path in paths if not _is_ours(path)}
    assert answer.code in {0, 1, 2, 3}
    if answer.code != 2:
        jsonschema.validate(json.loads(answer.out), SCHEMA)
        (only, *_) = json.loads(answer.out)["clients"]
        assert strange <= _may_open(only["client"], home, systems_store)
    else:
        assert not strange
        assert SECRET not in answer.err


def _may_open(client: dict[str, Any], home: Path, systems_store: Path) -> set[str]:
    """The file that it names; where it names none its home's, and the system's where the driver takes that."""
    if client["root_file"] not in {None, "system"}:
        return {str(Path(client["root_file"]))}
    takes = client["driver"] in {"lib/pq", "pgx"} and client["mode"] in {"verify-ca", "verify-full"}
    if takes or client["root_file"] == "system":  # a word of libpq 16, else a file's name
        return {str(systems_store), str(home / ".postgresql" / "root.crt"), "system"}
    return {str(home / ".postgresql" / "root.crt")}


@pytest.mark.parametrize(
    ("client", "opened"),
    [
        ("lib/pq: sslmode=verify-full", {"system.pem"}),  # Go's own: without RootCAs, the system's are taken
        ("lib/pq: sslmode=require", set()),
        ("libpq: sslmode=verify-full sslrootcert=.", set()),  # OpenSSL reads a file there, and no directory
        ("lib/pq: sslmode=verify-full sslrootcert=.", set()),
        ("pgx: sslmode=verify-ca", {"system.pem"}),
        ("libpq: sslmode=verify-full", set()),  # PostgreSQL's documentation, 32.19.1: root.crt, or it fails
        ("libpq: sslmode=verify-full sslrootcert=system", {"system.pem"}),  # since PostgreSQL 16
        ("libpq: sslmode=verify-full sslrootcert=frankfurt.pem", {"frankfurt.pem"}),
        ("lib/pq: sslmode=verify-full sslrootcert=frankfurt.pem", {"frankfurt.pem"}),
    ],
)
def test_the_systems_store_is_opened_for_drivers_that_take_it_and_for_no_other(
    monkeypatch: pytest.MonkeyPatch,
    frankfurt: Path,
    systems_store: Path,
    client: str,
    opened: set[str],
) -> None:
    assert systems_store.exists()
    monkeypatch.chdir(frankfurt.parent)
    driver, _, words = client.partition(": ")
    with _opened() as paths:
        answer = _run_with("-", "--driver", driver, stdin=f"host={HOST} {words}")
    assert answer.code in {0, 1, 3}
    assert {Path(path).name for path in paths if not _is_ours(path)} == opened


@settings(max_examples=tries(100), suppress_health_check=FIXTURE_MAY_LAST)
@given(content=st.binary(max_size=300) | _TEXT.map(lambda text: text.encode("utf-8", "replace")))
def test_no_file_of_a_tool_crashes_it(home: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=home) as file:
        file.write(content)
        file.flush()
        assert _run_with("--file", file.name, "--json").code in {0, 1, 2, 3}


def _run_with(*arguments: str, stdin: str = "") -> Answer:
    out, err, before = io.StringIO(), io.StringIO(), (sys.stdin, sys.stdout, sys.stderr)
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin.encode())), out, err
    try:
        code = main(["client", *arguments])
    except SystemExit as left:
        code = int(left.code or 0)
    finally:
        sys.stdin, sys.stdout, sys.stderr = before
    return Answer(code, out.getvalue(), err.getvalue())


_WATCHERS: list[list[str]] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _WATCHERS and isinstance(arguments[0], str | bytes):
        _WATCHERS[-1].append(os.fsdecode(arguments[0]))


sys.addaudithook(_watch)


@contextmanager
def _opened() -> Iterator[list[str]]:
    """The files that are opened meanwhile."""
    paths: list[str] = []
    _WATCHERS.append(paths)
    try:
        yield paths
    finally:
        _WATCHERS.pop()


def _is_ours(path: str) -> bool:
    """Code, the roots that tlscheck brings along, and what hypothesis keeps."""
    is_root = path.endswith((".pem", "provenance.json")) and "rds_trust_store" in path
    return is_root or path.endswith((".py", ".pyc", ".so")) or ".hypothesis" in path or "site-packages" in path
