"""A command is started until all is told: whatever it does between its start and its end."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tlscheck.edges.stores.rds_roots import roots

from tests.rehearsing.commanded import rehearse, store
from tests.rehearsing.staged import NAME, READER, python
from tests.rehearsing.unprivileged import NOBODY, unprivileged

ALL = tuple(each.name for each in roots() if each.region == "eu-central-1")
WORDS = "user=app dbname=orders password=gEhEiM"


def connects(words: str, before: str = "", after: str = "") -> list[str]:
    """A program that connects once with libpq."""
    script = f"import psycopg\n{before}\npsycopg.connect({words!r})\n{after}"
    return python(script)


def only(answer: dict[str, Any]) -> dict[str, Any]:
    (client,) = answer["clients"]
    return dict(client)


def test_a_program_with_two_configured_hosts_is_one_client(tmp_path: Path) -> None:
    both = f"host={NAME},{READER} sslmode=verify-full sslrootcert={store(tmp_path, *ALL)} {WORDS}"
    code, answer, said = rehearse(connects(both), tmp_path, "--as", READER)
    client = only(answer)
    assert (code, client["verdict"], client["several"]) == (0, "SURVIVES", None), said
    assert answer["server"]["names"] == [NAME, READER]
    # each start went on to the second host when the first was refused
    assert "run 1 of at most 24: 2 connections\n" in said


def test_a_program_that_comes_again_with_back_off_is_one_client(tmp_path: Path) -> None:
    words = f"host={NAME} sslmode=verify-full sslrootcert={store(tmp_path, *ALL)} {WORDS}"
    script = (
        "import psycopg, time\n"
        "for pause in (0.1, 0.2, 0.4, 0.8, 1.6):\n"
        "    try:\n"
        f"        psycopg.connect({words!r})\n"
        "    except psycopg.OperationalError:\n"
        "        time.sleep(pause)\n"
    )
    code, answer, said = rehearse(python(script), tmp_path)
    client = only(answer)
    assert (code, client["verdict"], client["falls_back"]["value"]) == (0, "SURVIVES", False), said


def test_a_program_that_comes_again_for_ever_is_stopped_and_told_of(tmp_path: Path) -> None:
    words = f"host={NAME} sslmode=require {WORDS}"
    script = (
        "import psycopg, time\n"
        "while True:\n"
        "    try:\n"
        f"        psycopg.connect({words!r})\n"
        "    except psycopg.OperationalError:\n"
        "        time.sleep(0.5)\n"
    )
    code, answer, said = rehearse(python(script), tmp_path, "--timeout", "20")
    client = only(answer)
    assert (code, client["encrypts"]["value"], client["verifies"]["value"]) == (0, "always", "nothing"), said


def test_what_a_program_forked_is_rehearsed_and_waited_for(tmp_path: Path) -> None:
    words = f"host={NAME} sslmode=require {WORDS}"
    before = "import os\nif os.fork():\n    os._exit(0)\nos.setsid()"
    code, answer, said = rehearse(connects(words, before), tmp_path)
    client = only(answer)
    assert (code, client["verifies"]["value"]) == (0, "nothing"), said


def test_a_store_in_its_home_is_found(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".postgresql").mkdir(parents=True)
    store(tmp_path, *ALL).rename(home / ".postgresql" / "root.crt")
    words = f"host={NAME} sslmode=verify-full {WORDS}"
    code, answer, said = rehearse(connects(words), tmp_path, variables={"HOME": str(home)})
    client = only(answer)
    assert (code, client["verdict"], client["verifies"]["value"]) == (0, "SURVIVES", "chain"), said


# --------------------------------------------------------------------------------------------- where it may not


def test_without_isolation_a_program_that_heeds_pghost_is_told_of(tmp_path: Path) -> None:
    words = f"sslmode=verify-full sslrootcert={store(tmp_path, *ALL)} {WORDS}"
    code, answer, said = rehearse(connects(words), tmp_path, "--unisolated")
    client = only(answer)
    assert (code, client["verdict"]) == (0, "SURVIVES"), said


def test_without_isolation_a_program_that_ignores_pghost_is_not_known(tmp_path: Path) -> None:
    # Nobody listens there: a port of our own would be taken by others.
    words = f"host=127.0.0.1 hostaddr=127.0.0.1 port=1 {WORDS}"
    code, answer, said = rehearse(connects(words), tmp_path, "--unisolated")
    assert (code, answer["clients"]) == (3, [])
    told = " ".join(said.split())
    assert "no client came: the command ended with exit code 1" in told
    assert "It was told the place by PGHOST, PGHOSTADDR and PGPORT, which a program may ignore" in told
    assert "Without --unisolated it could not" in told


def test_a_test_root_holds_for_the_name_that_a_command_without_isolation_is_sent_to(tmp_path: Path) -> None:
    root, copy = tmp_path / "root.pem", tmp_path / "copy.pem"
    joins = (
        f"open({str(copy)!r}, 'w').write(open({str(root)!r}).read() + open({str(store(tmp_path, *ALL))!r}).read())"
    )
    command = connects(f"sslmode=verify-full sslrootcert={copy} {WORDS}", before=joins)
    code, answer, said = rehearse(command, tmp_path, "--unisolated", "--trust", str(root))
    client = only(answer)
    assert (code, client["verdict"], client["verifies"]["value"]) == (0, "SURVIVES", "chain and name"), said


@pytest.mark.parametrize("isolates", [True, False])
def test_what_comes_and_is_no_client_is_not_taken_for_nobody(isolates: bool, tmp_path: Path) -> None:
    place = f"{NAME!r}, 5432" if isolates else "os.environ['PGHOSTADDR'], int(os.environ['PGPORT'])"
    script = f"import os, socket\nsocket.create_connection(({place})).sendall(b'GET / HTTP/1.1\\r\\n\\r\\n')"
    code, answer, said = rehearse(python(script), tmp_path, *([] if isolates else ["--unisolated"]))
    assert (code, answer["clients"]) == (3, [])
    assert "none went on to TLS or to a StartupMessage" in said
    assert "no client came" not in said


# ------------------------------------------------------------------------------------- who may make namespaces


def test_an_account_without_rights_rehearses_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    words = f"host={NAME} sslmode=verify-full sslrootcert={store(tmp_path, *ALL)} {WORDS}"
    within = partial(unprivileged_in, tmp_path)
    before = "import os; print(os.getuid(), os.getgid(), os.getcwd())"
    code, answer, said = rehearse(connects(words, before), tmp_path, within=within)
    assert (code, only(answer)["verdict"]) == (0, "SURVIVES"), said
    told = rehearse(python(before), tmp_path, within=within)[2]
    own = os.geteuid() or NOBODY
    assert f"{own} {os.getegid() or NOBODY} {tmp_path}\n" in told


def unprivileged_in(folder: Path, line: list[str]) -> list[str]:
    return unprivileged(line, folder)


def without(*capabilities: str) -> Callable[[list[str]], list[str]]:
    dropped = ",".join(f"-{each}" for each in capabilities)
    return lambda line: ["setpriv", f"--bounding-set={dropped}", *line] if not os.geteuid() else line


def test_root_that_may_not_give_others_ids_rehearses_with_its_own_alone(tmp_path: Path) -> None:
    script = "print(open('/proc/self/uid_map').read().split(), open('/proc/self/gid_map').read().split())"
    _, _, said = rehearse(python(script), tmp_path, within=without("setuid", "setgid"))
    uid, gid = str(os.geteuid()), str(os.getegid())
    assert f"{[uid, uid, '1']} {[gid, gid, '1']}\n" in said


def no_user_namespaces(line: list[str]) -> list[str]:
    """In a user namespace below which there may be none."""
    forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"'
    return ["unshare", "--user", "--map-root-user", "sh", "-c", forbid, "sh", *line]


def test_root_does_without_a_user_namespace(tmp_path: Path) -> None:
    code, answer, said = rehearse(
        connects(f"host={NAME} sslmode=require {WORDS}"), tmp_path, within=no_user_namespaces
    )
    assert (code, only(answer)["verifies"]["value"]) == (0, "nothing"), said


def test_where_namespaces_are_forbidden_it_refuses_and_says_what_is_known(tmp_path: Path) -> None:
    def within(line: list[str]) -> list[str]:
        return no_user_namespaces(["setpriv", "--bounding-set=-sys_admin", *line])

    proof = tmp_path / "started"
    code, answer, said = rehearse(python(f"open({str(proof)!r}, 'w')"), tmp_path, within=within)
    assert (code, answer) == (2, {})
    assert not proof.exists()
    assert said.startswith("tlscheck: the command cannot be kept apart from real databases here: ")
    assert "a mount and a network namespace was refused (Operation not permitted" in said
    assert "; user.max_user_namespaces is 0" in said
    assert "or --unisolated, with which a program that does not heed PGHOST reaches its real database" in said
