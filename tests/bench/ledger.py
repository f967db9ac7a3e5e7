"""What is remembered: every order of sweeps at once, and what a noisy, a quiet and a flapping database cost.

Stories are told by tests/interleaving: all orders of all pairs of sweeps and 50,000 stories of three on a table in
memory (which tests/test_memory_table.py compares with DynamoDB's), and 5,900 on an emulated account's own.
"""

import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import Pool

from tlscheck.edges import observing  # noqa: F401 - what the function imports counts in its peak
from tlscheck.edges.aws import dynamodb, session
from tlscheck.inventory.batch import Depth
from tlscheck.ledger.families import folded
from tlscheck.ledger.sightings import learn, sightings
from tlscheck.verdict.remembering import remember
from tlscheck.wire.observation import Observation
from tlscheck.wire.sessions import shown

from tests import storage
from tests.examples import NOW, database, look, observation, sessions
from tests.interleaving.pairs import Pair, orders_of, pairs
from tests.interleaving.rules import RULES
from tests.interleaving.stories import LOOKS, faults, setting
from tests.interleaving.tables import KeptTable
from tests.local_aws.emulator.account import EmulatedAccount
from tests.memory_table import MemoryTable
from tests.sampling import Sampled, hand, writes_of_a_quiet_sample

TWO_ON_EMULATOR = 900
THREE_ON_EMULATOR = 5_000
THREE_IN_MEMORY = 50_000
WORKERS = os.cpu_count() or 1

QUARTER = timedelta(minutes=15)
LOOKS_OF_A_DAY = 96
NAMES_OF_A_DAY = 200_000
DAYS = 30
LAST_DAY = NOW - timedelta(days=2)
DATABASES = 100
LEFT_BY_PROBE = 400


def figure(name: str, value: float, unit: str) -> None:
    """One line that others read."""
    print(f"figure ledger.{name} {value:g} {unit}", flush=True)


def orders(pair: Pair) -> tuple[int, int]:
    """Orders of a pair of sweeps, and how many ends of them are wrong."""
    count, wrong = orders_of(pair)
    return count, len(wrong)


def stories(numbers: range) -> int:
    """Stories of three sweeps in memory: how many are wrong."""
    return sum(bool(faults(setting(number, 3), lambda at: MemoryTable(RULES.memory, at))) for number in numbers)


def emulated_stories(told: tuple[range, int]) -> int:
    """Stories on a table of an emulated account of their own: how many are wrong."""
    numbers, sweeps = told
    with emulated_table() as (_, name):
        return sum(bool(faults(setting(number, sweeps), lambda at: KeptTable(name, at))) for number in numbers)


def interleavings() -> None:
    """All orders of two sweeps, and stories of three."""
    with Pool(WORKERS) as pool:
        of_pairs = pool.map(orders, list(pairs()), chunksize=1)
        wrong_in_memory = sum(pool.map(stories, _parts(THREE_IN_MEMORY, 500), chunksize=1))
        told = [(part, 2) for part in _parts(TWO_ON_EMULATOR, 450)]
        told += [(part, 3) for part in _parts(THREE_ON_EMULATOR, 1250)]
        wrong_on_emulator = sum(pool.map(emulated_stories, told, chunksize=1))
    of_two = sum(count for count, _ in of_pairs)
    figure("orders_of_two", of_two, "orders")
    figure("interleavings", of_two + THREE_IN_MEMORY + TWO_ON_EMULATOR + THREE_ON_EMULATOR, "interleavings")
    wrong = sum(wrong for _, wrong in of_pairs) + wrong_in_memory + wrong_on_emulator
    figure("interleavings_wrong", wrong, "interleavings")


def _parts(count: int, size: int) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


@contextmanager
def emulated_table() -> Iterator[tuple[EmulatedAccount, str]]:
    """An emulated account of its own, which boto3 finds, and a table there."""
    with EmulatedAccount() as account, storage.table(account) as name:
        os.environ |= _environment(account.endpoint)
        session.forget()
        yield account, name


def _environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


def noisy_look(number: int, at: datetime) -> Observation:
    """What the probe brings of a database whose clients have new names with each connection.

    They are busy workers, pods with random names, and words of random letters, which nothing can fold; one in ten
    comes without TLS.
    """
    chance = random.Random(number)  # noqa: S311 - no secret
    groups = []
    for place in range(NAMES_OF_A_DAY // LOOKS_OF_A_DAY):
        tls = chance.random() < 0.9
        if place % 3 == 0:
            name = f"sidekiq 7.3.{chance.randrange(9)} shop [{chance.randrange(10**6)} of 99 busy]"
        elif place % 3 == 1:
            name = f"orders-{chance.getrandbits(40):010x}-{chance.getrandbits(20):05x}"
        else:
            name = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=10))
        groups.append(sessions(name, tls=tls, address=f"10.0.{place % 250}.{chance.randrange(250)}"))
    seen = replace(look(*groups), kinds=len(groups), at=at)
    return replace(observation(), look=shown(folded(seen), LEFT_BY_PROBE))


def noisy() -> tuple[Sampled, int]:
    """A table after 30 noisy days, and how many mails the samples of the last of them send.

    They end before now: what is of the future is not believed.
    """
    clients = learn((), ())
    for number in range((DAYS - 1) * LOOKS_OF_A_DAY):
        at = LAST_DAY - (DAYS - 1) * timedelta(days=1) + number * QUARTER
        clients = learn(clients, sightings(database().key, noisy_look(number, at).look, at))
    listed_at = LAST_DAY - timedelta(hours=1)
    sampled = Sampled(database(listed_at=listed_at), listed_at)
    sampled.full(observation())
    for client in clients:
        sampled.put(client)
    # Before the day it came to be known as noisy.
    sampled.sample(noisy_look(-1, LAST_DAY - QUARTER), LAST_DAY - QUARTER)
    mails = 0
    for number in range(LOOKS_OF_A_DAY):
        at = LAST_DAY + number * QUARTER
        mails += sampled.sample(noisy_look(10**6 + number, at), at)
    return sampled, mails


def noisy_judgement(endpoint: str, table: str, moment: str) -> None:
    """In a process of its own, as Observe is: one look at the noisy database, judged and remembered.

    A quiet one goes before it, as in a batch: what a process does once is its cost. Both are printed.
    """
    os.environ |= _environment(endpoint)
    at = datetime.fromisoformat(moment)
    seen = noisy_look(10**7, at)
    start = time.process_time()
    first = hand(database(listed_at=at, resource_id="db-QUIET"), observation(), at, Depth.FULL)
    dynamodb.run(table, remember(first), RULES.memory)
    once = time.process_time() - start
    start = time.process_time()
    judgement = dynamodb.run(table, remember(hand(database(listed_at=LAST_DAY), seen, at)), RULES.memory)
    cost = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps(
            {
                "cpu": cost,
                "once": once,
                "peak": peak,
                "clients": len(judgement.clients) if judgement and not judgement.evidence.unreadable else 0,
            }
        )
    )


def noise() -> None:
    """A database with 200,000 application names a day for 30 days."""
    sampled, mails = noisy()
    with emulated_table() as (account, name):
        sampled.copy_to(name)
        moment = LAST_DAY + timedelta(days=1)
        command = [sys.executable, "-m", "tests.bench.ledger", "noisy", account.endpoint, name, moment.isoformat()]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise SystemExit(ended.stderr)
        cost = json.loads(ended.stdout.splitlines()[-1])
    figure("clients_noisy", cost["clients"], "clients")
    figure("observe_s_first_quiet", round(cost["once"], 3), "s")
    figure("observe_s_noisy", round(cost["cpu"], 3), "s")
    figure("peak_mib_noisy", round(cost["peak"], 1), "MiB")
    figure("mails_noisy_day", mails, "mails")


def quiet() -> None:
    """Items that a sample writes of databases of which nothing changed, in an hour whose sightings are known."""
    with emulated_table() as (_, name):
        figure("writes_quiet_sample", writes_of_a_quiet_sample(name, DATABASES) / DATABASES, "items")


def flapping() -> None:
    """Mails of a day in which a server can be looked at and cannot, in turn."""
    worst = 0
    for away in ("the probe timed out", "its certificate has expired", "legacy comes without TLS"):
        sampled = Sampled(database(listed_at=NOW), NOW)
        sampled.full(LOOKS["legacy comes with TLS"])
        mails = 0
        for number in range(LOOKS_OF_A_DAY):
            seen = LOOKS[away] if number % 2 else LOOKS["legacy comes with TLS"]
            mails += sampled.sample(seen, NOW + (number + 1) * QUARTER)
        worst = max(worst, mails)
    figure("mails_flapping_day", worst, "mails")


if __name__ == "__main__":
    if sys.argv[1:2] == ["noisy"]:
        noisy_judgement(*sys.argv[2:5])
    else:
        quiet()
        flapping()
        noise()
        interleavings()
