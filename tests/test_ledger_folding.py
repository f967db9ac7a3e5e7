"""Names that change fold into one pattern; what tells clients apart stays."""

import subprocess
import sys
from pathlib import Path
from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tlscheck.ledger.folding import pattern

from tests import properties

FUNCTIONS = Path(__file__).parent.parent / "functions"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        # Process titles: ruby-pg names a connection by $0, which its server rewrites.
        ("sidekiq 7.3 shop [7 of 25 busy]", "sidekiq # shop [# of # busy]"),
        ("sidekiq 5.0.4 app [10 of 30 busy]", "sidekiq # app [# of # busy]"),
        ("sidekiq 6.5.12 shop [0 of 3 busy] stopping", "sidekiq # shop [# of # busy] stopping"),
        ("puma: cluster worker 3: 12345 [shop]", "puma: cluster worker #: # [shop]"),
        ("puma 4.3.3 (tcp://0.0.0.0:9292) [app]", "puma # (tcp://#) [app]"),
        ("resque-2.6.0: Processing default since 1700000000", "resque-#: Processing default since #"),
        ("MIQ 5886 Generic[1r1111], s[1r2], default[1r1]", "MIQ # Generic[#], s[#], default[#]"),
        ("celery@orders-7d9c5b6f4-x2kqp:ForkPoolWorker-3", "celery@orders-#:ForkPoolWorker-#"),
        ("awx-1234-dispatcher-awx-task-6d8f9c7b5-x7k2p", "awx-#-dispatcher-awx-task-#"),
        ("awx-1234-dispatcher-awx-task-6d8f9c7b5-x7k2p"[:33], "awx-#-dispatcher-awx-task-#"),
        ("pgcopydb[4711] copy worker", "pgcopydb[#] copy worker"),
        # Kubernetes: of a Deployment, a Job, a CronJob, a StatefulSet; a pod may have no digit.
        ("orders-7d9c5b6f4-x2kqp", "orders-#"),
        ("orders-7d9c5b6f4-xkqpz", "orders-#"),
        ("orders-xkqpz", "orders-#"),
        ("orders-api-28912345-x2kqp", "orders-api-#"),
        ("orders-0", "orders-#"),
        ("orders-bcdfbcdfbc-bcdfg", "orders-#"),
        # Docker, EC2, Windows.
        ("3f1c9a7b2d4e", "#"),
        ("ip-10-0-1-5.ec2.internal", "ip-#.ec2.internal"),
        ("i-0abc123def4567890", "i-#"),
        ("DESKTOP-7GH3K2L", "DESKTOP-#"),
        # Logins that are made for each process: Vault, its older versions, and its template for Redshift.
        ("v-kubernet-orders-Qz8k1YfZ3x9QwErTyU1a-1700000000", "v-kubernet-orders-#"),
        ("v-kubernet-orders-QzXkKYfZbxTQwErTyUJa-1700000000", "v-kubernet-orders-#"),
        ("v-approle-readonly-x7k2p9qzm4w8r1t6y3u5-1700000000", "v-approle-readonly-#"),
        ("v-vaultuse-e2978cd0", "v-vaultuse-#"),
        ("token-1b6cdbad-863c-8d70-22fb-ad3e1124b9b8", "token-#"),
        # UUIDs, with parts that have no digit, in capitals, without hyphens, cut at 63 bytes.
        ("9f3c1a2b-7c4d-4e5f-8a9b-0c1d2e3f4a5b", "#"),
        ("job deadbeef-cafe-babe-face-abcdefabcdef", "job #"),
        ("job {9F3C1A2B-ABCD-4E5F-8A9B-0C1D2E3F4A5B}", "job {#}"),
        ("9f3c1a2b7c4d4e5f8a9b0c1d2e3f4a5b", "#"),
        ("orders-service-production-9f3c1a2b-7c4d-abcd-ab", "orders-service-production-#"),
        # Tools of people, poolers, replication.
        ("pgAdmin 4 - CONN:1234567", "pgAdmin # - CONN:#"),
        ("DBeaver 24.1.0 - SQLEditor <Script-12.sql>", "DBeaver # - SQLEditor <Script-#.sql>"),
        ("Metabase v0.50.1 [9f3c1a2b-7c4d-4e5f-8a9b-0c1d2e3f4a5b]", "Metabase v# [#]"),
        ("app - 10.0.1.5:41234", "app - #"),
        ("pg_16394_sync_16387_7183022", "pg_#_sync_#"),
        ("citus_internal gpid=10000000123", "citus_internal gpid=#"),
        # Counters, dates, addresses, tenants.
        ("report-12", "report-#"),
        ("report12", "report#"),
        ("report_12", "report_#"),
        ("tenant_0042", "tenant_#"),
        ("worker-3-of-8", "worker-#-of-#"),
        ("import 2026-11-24T03:00:00Z", "import #"),
        ("2001:db8::5", "#"),
        ("build a1b2c3", "build #"),
        ("#", "#"),
        ("7", "#"),
    ],
)  # fmt: skip
def test_a_name_that_changes_folds(text: str, folded: str) -> None:
    assert pattern(text) == folded


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "orders-api",
            "PostgreSQL JDBC Driver",
            "pgjdbc",
            "psql",
            "pg_dump",
            "dbt",
            "airflow",
            "AWS DMS",
        ),
        *(
            "utf8",
            "s3-sync",
            "k8s-orders",
            "b2b-export",
            "log4j",
            "oauth2-proxy",
            "ec2",
            "orders-pgsql",
            "x-https",
        ),
        # A pod's letters have no vowel; a word has.
        *("orders-front", "orders-batch", "orders-queue", "xkqpz", "feedback", "facade", "decade-beef"),
        *("OrderProcessingServiceImplementation", "org.hibernate.engine.jdbc", "Ωmega-приложение", "a²"),
        *("-- ;drop", "[]{}()", "a\nb\tc", "\x1b[m"),
    ],
)
def test_a_name_that_does_not_change_is_its_own_pattern(text: str) -> None:
    assert pattern(text) == text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orders-12", "reports-12"),
        ("sidekiq 7.3 shop [7 of 25 busy]", "sidekiq 7.3 blog [7 of 25 busy]"),
        ("v-kubernet-orders-Qz8k1YfZ3x9QwErTyU1a-1700000000", "v-kubernet-billing-Qz8k1YfZ3x9QwErTyU1a-170000000"),
        ("k8s-12", "s3-12"),
    ],
)  # fmt: skip
def test_names_with_another_word_have_another_pattern(one: str, other: str) -> None:
    assert pattern(one) != pattern(other)


pieces = st.sampled_from(
    [
        *(
            "orders",
            "7d9c5b6f4",
            "x2kqp",
            "bcdfg",
            "bcdfg7",
            "QzXkKYfZbxTQwErTyUJa",
            "deadbeef-cafe-",
            "babe",
            "a:b",
        ),
        *("-", "_", "#", ".", ":", " ", "12", "s3", "utf8", "é", "abcdef", "9", "٣", "\N{KELVIN SIGN}"),
    ]
)
names = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=70)


@given(names)
@settings(max_examples=properties.tries(300))
def test_a_pattern_is_its_own_pattern_and_no_longer_than_the_name(name: str) -> None:
    folded = pattern(name)
    assert pattern(folded) == folded
    assert len(folded) <= len(name)


@given(names, st.integers(0, 10**12), st.integers(0, 10**12))
def test_names_that_differ_in_a_number_alone_fold_into_one(name: str, one: int, other: int) -> None:
    assert pattern(f"{name} {one}") == pattern(f"{name} {other}")


@given(
    st.text("bcdfghjklmnpqrstvwxz2456789", min_size=5, max_size=5), st.text("456789bcdf", min_size=8, max_size=10)
)
def test_every_pod_of_a_deployment_folds_into_one(pod: str, template: str) -> None:
    assume(pod not in {"pgsql", "mssql"})
    assert pattern(f"orders-{template}-{pod}") == "orders-#"


@pytest.mark.parametrize(
    "text", ["a" * 256, "9" * 256, "-b" * 128, "a1" * 128, "a:" * 128, "#-" * 128, "deadbeef-" * 28]
)
def test_no_name_takes_long_to_fold(text: str) -> None:
    began = process_time()
    for number in range(200):
        pattern(f"{text[:250]}{number}")
    assert process_time() - began < 0.5


def test_the_probe_can_fold_without_anything_but_regular_expressions() -> None:
    code = (
        "import re, functools, sys; before = set(sys.modules); import tlscheck.ledger.folding; "
        "print(*set(sys.modules) - before)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    assert set(loaded.stdout.split()) == {"tlscheck", "tlscheck.ledger", "tlscheck.ledger.folding"}
