"""A server with 5,000 sessions, each of another user: little memory, a small answer, what is left out said."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tlscheck.edges import documents
from tlscheck.wire.observation import LookOutcome, Observation

from tests.local_aws.fleet.certificates import regional
from tests.local_aws.fleet.servers import Servers

FUNCTIONS = Path(__file__).parent.parent / "functions"
REGION = "us-east-1"
SESSIONS = 5000
MOST_BYTES = 192 * 1024
MOST_MEMORY_MIB = 64

# In place of the views of the real sessions, which this machine could not hold so many of. Their process numbers
# are larger than any that Linux gives (4194304), so that none is the look's own.
MANY_SESSIONS = f"""
SET allow_system_table_mods = on;
ALTER VIEW pg_catalog.pg_stat_activity RENAME TO pg_stat_activity_itself;
ALTER VIEW pg_catalog.pg_stat_ssl RENAME TO pg_stat_ssl_itself;
CREATE VIEW pg_catalog.pg_stat_activity AS
    SELECT 10000000 + n AS pid, ('orders-' || n % 7)::name AS datname,
           ('application_user_' || translate(n::text, '0123456789', 'acegikmoqs'))::name AS usename,
           rpad('worker', 63, 'x') AS application_name,
           ('2001:db8:ffff:ffff:ffff:ffff:ffff:' || to_hex(n))::inet AS client_addr, n AS client_port,
           now() AS backend_start, 'client backend'::text AS backend_type, 'idle'::text AS state
    FROM generate_series(1, {SESSIONS}) AS n;
CREATE VIEW pg_catalog.pg_stat_ssl AS
    SELECT 10000000 + n AS pid, n % 2 = 0 AS ssl, CASE WHEN n % 2 = 0 THEN 'TLSv1.3' END AS version,
           CASE WHEN n % 2 = 0 THEN 'TLS_AES_256_GCM_SHA384' END AS cipher
    FROM generate_series(1, {SESSIONS}) AS n;
GRANT SELECT ON pg_catalog.pg_stat_activity, pg_catalog.pg_stat_ssl TO PUBLIC;
"""  # noqa: S608 - a number of ours

# Looks once at a quiet server, so that all code is loaded, and then at the busy one.
LOOK_TWICE = """
import json, resource, sys
from tlscheck.edges.server import servers
from tlscheck.edges.server.deadline import Deadline
from tlscheck.edges.server.regional_roots import RegionalRoots
from tlscheck.wire.document import documents
from tlscheck.wire.login import Credential
from tlscheck.wire.target import Login, Target

told = json.load(sys.stdin)
servers.secret_credential = lambda target: Credential("tlscheck", told["password"])
store = RegionalRoots(told["root"].encode())
memory = []
for port in told["ports"]:
    target = Target("arn:1", "localhost", port, told["region"], Login.SECRET, "", "a-secret")
    (answer,) = documents([servers.observe(target, store, Deadline.within(20))])
    memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
print(json.dumps({"answer": answer, "kib": memory[1] - memory[0]}))
"""


@pytest.fixture(scope="module")
def looked() -> Iterator[tuple[str, int]]:
    """The answer as JSON, and KiB of memory that it took beyond a look at a quiet server."""
    authority = regional(REGION)
    with Servers() as servers:
        quiet, busy = (servers.start(name, authority.issue("localhost")) for name in ("quiet", "busy"))
        with psycopg.connect(
            host=str(busy.socket_directory), port=busy.port, user="rdsadmin", dbname="postgres", autocommit=True
        ) as administrator:
            administrator.execute(MANY_SESSIONS.encode())
        told = {
            "ports": [quiet.port, busy.port],
            "password": servers.passwords["tlscheck"],
            "root": authority.root_pem.decode(),
            "region": REGION,
        }
        looking = subprocess.run(
            [sys.executable, "-c", LOOK_TWICE],
            cwd=FUNCTIONS,
            input=json.dumps(told),
            capture_output=True,
            text=True,
            check=True,
        )
        said = json.loads(looking.stdout)
        yield json.dumps(said["answer"]), said["kib"]


def test_five_thousand_sessions_come_back_in_a_small_answer(looked: tuple[str, int]) -> None:
    answer, _ = looked
    look = documents.load(Observation, answer).look
    assert look.outcome is LookOutcome.SEEN
    assert look.detail.startswith(f"{SESSIONS} sessions were seen. Only ")
    assert f"of {SESSIONS} kinds of sessions are shown" in look.detail
    assert look.kinds == SESSIONS
    assert (len(look.sessions), look.left_out) == (400, 4600)
    assert not any(group.tls for group in look.sessions)
    assert len(answer) < MOST_BYTES


def test_five_thousand_sessions_take_little_memory(looked: tuple[str, int]) -> None:
    _, kib = looked
    assert kib < MOST_MEMORY_MIB * 1024
