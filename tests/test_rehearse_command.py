"""`tlscheck rehearse` takes its words or says what is wrong with them; `--listen` tells real clients apart."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import psycopg
import pytest
from cryptography import x509
from tlscheck.edges.command.main import main
from tlscheck.edges.rehearsal.forgery import pem
from tlscheck.edges.rehearsal.kept_root import own_root
from tlscheck.edges.rehearsal.own_root import made
from tlscheck.inventory.bad_request import BadRequest
from tlscheck.rehearsal.document_schema import SCHEMA

from tests.rehearsing.concluded import HOST

TLSCHECK = str(Path(sys.executable).parent / "tlscheck")
NOW = datetime(2026, 11, 27, tzinfo=UTC)
LISTEN = ["--listen", "0", "--as", HOST]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give either -- COMMAND ..., which is run, or --listen HOST:PORT"),
        ([*LISTEN, "--", "psql"], "give either -- COMMAND ..., which is run, or --listen HOST:PORT"),
        (["--listen", "5432"], "--as: the name of the server that is played is missing; add --as with "),
        (["--listen", "there:x", "--as", HOST], "--listen: 'there:x' is not allowed; allowed: HOST:PORT"),
        (["--listen", "there:65536", "--as", HOST], "--listen: 'there:65536' is not allowed"),
        (["--listen", "there", "--as", HOST], "--listen: 'there' is not allowed"),
        (["--listen", "1", "--as", "a b"], "--as: 'a b' is not allowed"),
        (["--listen", "1", "--as", "orders.example.com"], "--region: not given, and no name of --as tells it"),
        ([*LISTEN, "--region", "mars"], "--region: 'mars' is not allowed"),
        (
            [*LISTEN, "--region", "us-east-1"],
            "--region, --as: they say different Regions: eu-central-1, us-east-1",
        ),
        ([*LISTEN, "--as", f"{HOST}:6432"], "--as: one server has one port, and these have 5432, 6432"),
        ([*LISTEN, "--runs", "3"], "--runs: only with -- COMMAND"),
        ([*LISTEN, "--unisolated"], "--unisolated: only with -- COMMAND"),
        (["--as", HOST, "--until-known", "1", "--", "psql"], "--until-known: only with --listen"),
        (["--as", HOST, "--client", "web=1", "--", "psql"], "--client NAME=PORT: only with --listen"),
        (
            [*LISTEN, "--client", "web"],
            "--client: 'web' is not allowed; allowed: NAME=PORT for a port of its own, or",
        ),
        ([*LISTEN, "--client", "web=x"], "--client: 'web=x' is not allowed; allowed: NAME=PORT"),
        (
            [*LISTEN, "--client", "web=1", "--client", "web=2"],
            "--client: web=2: each has a name and a port of its own",
        ),
        ([*LISTEN, "--client", "web=1", "job=1"], "--client: job=1: each has a name and a port of its own"),
        (["--listen", "1", "--as", HOST, "--client", "web=1"], "--client, --listen: both have the port 1"),
        ([*LISTEN, "--client", "user=app"], "--client: database is missing"),
        ([*LISTEN, "--client", "user=app", "database="], "--client: 'database=' is not allowed"),
        ([*LISTEN, "--timeout", "0"], "--timeout: 0.0 is not allowed"),
        ([*LISTEN, "--timeout", "nan"], "--timeout: NaN is not allowed"),
        ([*LISTEN, "--until-known", "0"], "--until-known: 0 is not allowed; allowed: 1 to 100"),
        (["--as", HOST, "--runs", "0", "--", "psql"], "--runs: 0 is not allowed"),
        ([*LISTEN, "--trust-file", "key.pem"], "--trust-file: only with --trust"),
        ([*LISTEN, "--region", ""], "an argument is empty"),
        (
            ["--", "python", "manage.py", "check", "--database", "default"],
            (
                "--as: the name of the server that is played is missing; neither the command nor the environment"
                " names an endpoint of RDS; add --as with a host's name such as orders."
            ),
        ),
        (
            ["python", "manage.py", "check", "--database", "default"],
            "--as: the name of the server that is played is missing; neither",
        ),
        (["psql", "-h", "db.example.com"], "--as: the name of the server that is played is missing; neither"),
        (["--as", HOST, "--"], "give either -- COMMAND ..., which is run, or --listen HOST:PORT"),
        (["--as", f"{HOST}:0", "--", "psql"], "--as: 'port 0' is not allowed; allowed: the port"),
        (
            ["--", "psql", HOST, HOST.replace("orders", "crm")],
            (
                "--as: missing, and the command and the environment name several servers:"
                f" crm{HOST[6:]}, {HOST}; add --as for one"
            ),
        ),
        ([*LISTEN[:2], "--as", "a.c9x2.mx-central-1.rds.amazonaws.com"], "tlscheck has no root of mx-central-1"),
        (
            [*LISTEN[:2], "--as", HOST.replace("orders.", "orders.proxy-"), "--to", "rds-ca-rsa4096-g1"],
            "--from, --to: RDS Proxy's certificates hang from none of the database's CAs",
        ),
    ],
)
def test_what_is_wrong_with_its_words_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    # words that are taken after all are an answer after a second, and no server that waits for ever
    assert main(["rehearse", "--timeout", "1", *arguments]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(f"tlscheck: {said}")
    assert told.err.count("\n") == 1


def test_the_schema_is_printed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rehearse", "--schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


def free_ports(count: int) -> list[int]:
    held = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in held]
    for each in held:
        each.close()
    return ports


@contextmanager
def listening(*arguments: str) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    """The command as somebody runs it, and the port that it says any client comes to."""
    command = [TLSCHECK, "rehearse", "--listen", "127.0.0.1:0", "--as", HOST, *arguments]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    is_aside = "--json" in arguments
    said = running.stderr if is_aside else running.stdout
    try:
        assert said
        first = said.readline()
        assert first.startswith("THIS IS A REHEARSAL, NOT A DATABASE"), first + running.communicate()[1]
        found = next(match for line in said if (match := re.search(r"any client: 127\.0\.0\.1:(\d+)", line)))
        yield running, int(found[1])
    finally:
        running.kill()
        running.communicate()


def connect(port: int, words: str) -> str:
    """What a real client is told."""
    given = (
        f"host={HOST} hostaddr=127.0.0.1 port={port} dbname=orders user=app password=gEhEiM connect_timeout=20 "
    )
    with pytest.raises(psycopg.OperationalError) as refused:
        psycopg.connect(given + words)
    return str(refused.value)


def test_clients_with_ports_of_their_own_are_told_apart_until_all_is_known() -> None:
    ports = free_ports(2)
    with listening("--client", f"web={ports[0]}", f"job={ports[1]}", "--until-known", "2", "--json") as (
        running,
        _,
    ):
        told = ""
        for _ in range(60):
            try:
                told += connect(ports[0], "sslmode=require application_name=web")
                connect(ports[1], "sslmode=disable application_name=job")
                running.wait(timeout=1.2)  # a client that comes again comes after a pause
            except subprocess.TimeoutExpired:
                continue
            break
        out, err = running.communicate(timeout=60)
    answer = json.loads(out)
    jsonschema.validate(answer, SCHEMA)
    assert "this is a rehearsal of tlscheck, not the database" in told
    verdicts = {each["client"]: (each["verdict"], each["verifies"]["value"]) for each in answer["clients"]}
    assert verdicts == {"web": ("SURVIVES", "nothing"), "job": ("DOES_NOT", None)}
    assert {each["client"]: each["speaks_for"]["application"] for each in answer["clients"]} == {
        "web": "web",
        "job": "job",
    }
    assert running.returncode == 1
    assert "gEhEiM" not in out + err
    assert "web: it survives" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_the_summary(number: signal.Signals) -> None:
    with listening() as (running, port):
        assert "rehearsal" in connect(port, "sslmode=require")
        running.send_signal(number)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (3, "")
    assert "it is not known to survive." in out
    assert "still needed: at least " in out


def test_nobody_came_is_not_known() -> None:
    with listening("--timeout", "0.1") as (running, _):
        out, _ = running.communicate(timeout=60)
    assert running.returncode == 3
    assert out.splitlines()[-1].startswith("no client came: nothing is known.")


def test_a_port_that_somebody_answers_at_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["rehearse", "--listen", str(port), "--as", HOST]) == 2
    assert f"127.0.0.1:{port}: something answers there already" in capsys.readouterr().err


def test_on_a_terminal_the_table_is_redrawn() -> None:
    ours, theirs = os.openpty()
    command = [TLSCHECK, "rehearse", "--listen", "127.0.0.1:0", "--as", HOST]
    with subprocess.Popen(command, stdout=theirs, env={**os.environ, "TERM": "xterm"}) as running:
        os.close(theirs)
        seen = _until(ours, "any client: ", "\n")
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", seen)[0])
        connect(port, "sslmode=require")
        seen = _until(ours, "CLIENT", "TRIED", "\x1b[1F\x1b[J")
        running.send_signal(signal.SIGINT)
        seen += _until(ours, "not reached: ")
    os.close(ours)
    assert re.search(r"TRIED .*VERDICT", seen)


def _until(terminal: int, *texts: str) -> str:
    """What is shown until it holds each of these."""
    seen = ""
    while not all(each in seen for each in texts):
        seen += os.read(terminal, 65_536).decode()
    return seen


# ----------------------------------------------------------------------------------------------------- a command


def rehearse(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The command as a shell runs it."""
    return subprocess.run(
        [TLSCHECK, "rehearse", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], **environment},
    )


def test_a_command_is_rehearsed_for_the_server_that_its_environment_names_and_no_word_of_it_is_repeated() -> None:
    connects = "import os, psycopg; psycopg.connect(os.environ['DATABASE_URL'])"
    url = f"postgresql://app:gEhEiM@{HOST}:6432/orders?sslmode=require"
    done = rehearse("--json", "--", sys.executable, "-c", connects, "", DATABASE_URL=url)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, SCHEMA)
    (client,) = answer["clients"]
    assert (done.returncode, answer["way"], answer["server"]["names"]) == (0, "command", [HOST])
    assert (client["client"], client["verdict"], client["encrypts"]["value"]) == (
        Path(sys.executable).name,
        "SURVIVES",
        "always",
    )
    assert "gEhEiM" not in done.stdout + done.stderr
    assert done.stderr.startswith("run 1 of at most 24: 1 connection\n")


def test_a_command_that_never_connects_is_not_known_and_its_last_words_are_shown() -> None:
    done = rehearse("--as", HOST, "--", "sh", "-c", "echo cannot read my settings; exit 7")
    assert (done.returncode, done.stdout) == (3, "")
    assert (
        "the command printed:\ncannot read my settings\nno client came: the command ended with exit code 7"
        in done.stderr
    )


def test_a_command_without_a_dash_before_it_keeps_its_own_options() -> None:
    done = rehearse("--as", HOST, "sh", "-c", "exit 7", "--json", "--help")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.splitlines()[1:][0].startswith("no client came: the command ended with exit code 7")


def test_a_command_that_is_not_there_is_bad_input() -> None:
    done = rehearse("--as", HOST, "--", "no-such-program")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tlscheck: the command cannot be started: ")


# ------------------------------------------------------------------------------------------ a root of its own


@pytest.mark.parametrize(("mode", "verifies"), [("verify-full", "chain and name"), ("verify-ca", "chain")])
def test_a_client_whose_store_has_the_test_root_tells_all_of_name_date_and_keys(
    mode: str, verifies: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = ["trust-store", "build", "--region", "eu-central-1", "--ca", "rds-ca-rsa2048-g1", "--name", "old"]
    assert main([*build, "--output", str(tmp_path)]) == 0
    capsys.readouterr()
    connects = "import pathlib, sys, psycopg; at = pathlib.Path(sys.argv[1]); both = at / 'both.pem';"
    connects += "both.write_text((at / 'old.pem').read_text() + (at / 'test.pem').read_text());"
    connects += (
        f"psycopg.connect(host='{HOST}', user='app', dbname='orders', sslmode='{mode}', sslrootcert=str(both))"
    )
    cas = ["--from", "rds-ca-rsa2048-g1", "--to", "rds-ca-rsa4096-g1"]
    trust = ["--trust", str(tmp_path / "test.pem")]
    done = rehearse("--json", "--as", HOST, *cas, *trust, "--", sys.executable, "-c", connects, str(tmp_path))
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, SCHEMA)
    (client,) = answer["clients"]
    told = {key: client[key]["value"] for key in ("verifies", "looks_at_dates", "takes_rsa4096", "takes_ecc")}
    assert told == {"verifies": verifies, "looks_at_dates": True, "takes_rsa4096": True, "takes_ecc": True}
    assert (client["verifies"]["why"], client["needed"]) == (None, [])
    assert (done.returncode, client["verdict"]) == (1, "DOES_NOT")


def test_psql_with_a_store_of_one_own_ca_is_told_to_bring_its_own(tmp_path: Path) -> None:
    """The test root in the copy of its store is what it says another thing of than of all roots of RDS."""
    (tmp_path / "own.pem").write_text(pem(made(("ca.example",), datetime.now(UTC)).certificate))
    connects = f'cd {tmp_path} && cat own.pem test.pem > both.pem && PGPASSWORD=x psql -w "host={HOST} user=app'
    connects += ' dbname=orders sslmode=verify-full sslrootcert=both.pem" -c "select 1"'
    words = ["--from", "rds-ca-rsa2048-g1", "--to", "rds-ca-rsa4096-g1", "--trust", str(tmp_path / "test.pem")]
    done = rehearse("--json", "--as", HOST, *words, "--", "sh", "-c", connects)
    answer = json.loads(done.stdout)
    jsonschema.validate(answer, SCHEMA)
    (client,) = answer["clients"]
    assert (client["brings_own_store"]["value"], client["needed"]) == (True, [])
    assert {each["value"] for each in client["holds"]} == {False}
    outlooks = {name: each["verdict"] for name, each in client["outlooks"].items()}
    assert outlooks == {"today": "UNKNOWN", "rotated": "DOES_NOT", "enforced": "UNKNOWN", "both": "DOES_NOT"}
    assert (done.returncode, client["verifies"]["value"]) == (1, "chain and name")


def test_a_client_without_the_test_root_is_asked_whether_it_was_added(tmp_path: Path) -> None:
    connects = (
        f"import psycopg; psycopg.connect(host='{HOST}', user='app', sslmode='verify-full', sslrootcert='system')"
    )
    trust = ["--trust", str(tmp_path / "test.pem"), "--as", HOST]
    done = rehearse(*trust, "--", sys.executable, "-c", connects)
    assert done.returncode == 3
    asked = "cannot be told: it refuses what the test root signed: is that in its store? (attempt "
    assert f"    looks at a certificate's dates: {asked}" in done.stdout
    assert f"    takes certificates with a key of RSA 4096: {asked}" in done.stdout


def test_a_test_root_is_written_for_these_names_and_its_key_kept_for_its_owner(tmp_path: Path) -> None:
    certificate, key = tmp_path / "root.pem", tmp_path / "root.key"
    made = own_root((HOST,), certificate, key, NOW)
    assert key.stat().st_mode & 0o777 == 0o600
    assert x509.load_pem_x509_certificate(certificate.read_bytes()) == made.certificate
    assert "PRIVATE" not in certificate.read_text()
    again = own_root((HOST,), certificate, key, NOW + timedelta(days=6))
    assert again.certificate == made.certificate


def test_without_a_key_file_each_rehearsal_has_another_root_and_its_key_nowhere(tmp_path: Path) -> None:
    certificate = tmp_path / "root.pem"
    first, second = (own_root((HOST,), certificate, None, NOW) for _ in range(2))
    assert first.certificate != second.certificate
    assert x509.load_pem_x509_certificate(certificate.read_bytes()) == second.certificate
    assert list(tmp_path.iterdir()) == [certificate]


def test_no_file_is_written_over_that_is_not_a_rehearsals(tmp_path: Path) -> None:
    store = tmp_path / "store.pem"
    store.write_text("what the client trusts")
    with pytest.raises(BadRequest, match="is there and holds something else"):
        own_root((HOST,), store, None, NOW)
    assert store.read_text() == "what the client trusts"


@pytest.mark.parametrize(
    ("names", "later", "said"),
    [
        ((HOST,), 8, "its root has expired"),
        (("other.example.com",), 0, "its test root is for other names than --as"),
        ((HOST, "other.example.com"), 0, "its test root is for other names than --as"),
    ],
)
def test_a_kept_key_that_does_not_fit_is_refused(
    names: tuple[str, ...], later: int, said: str, tmp_path: Path
) -> None:
    certificate, key = tmp_path / "root.pem", tmp_path / "root.key"
    own_root((HOST,), certificate, key, NOW)
    with pytest.raises(BadRequest, match=said):
        own_root(names, certificate, key, NOW + timedelta(days=later))


def test_a_place_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match=r"--trust: .*it cannot be written"):
        own_root((HOST,), tmp_path / "no" / "root.pem", None, NOW)
    with pytest.raises(BadRequest, match="--trust-file: "):
        own_root((HOST,), tmp_path / "root.pem", tmp_path / "no" / "key", NOW)
