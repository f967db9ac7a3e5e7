"""The papers are true: their commands exist, their SQL runs, their files are there."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import psycopg
import pytest

from tests import template
from tests.local_aws.fleet.roles import SUPERUSER
from tests.local_aws.fleet.servers import Servers
from tests.local_aws.unchecked_grants import UNCHECKED, UNCHECKED_CONDITIONS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
RUNBOOK = ROOT / "docs" / "runbook.md"
"""Its commands are read by tests/test_runbook.py, and what it names by a capital are alarms."""

PAPERS = "\n".join(page.read_text() for page in PAGES if page != RUNBOOK)
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAPERS, re.MULTILINE | re.DOTALL)
PROSE = re.sub(r"^```.*?^```$", "", PAPERS, flags=re.MULTILINE | re.DOTALL)
COMMANDS = [line for language, block in BLOCKS if language == "bash" for line in block.splitlines()]
SAM = ROOT / ".venvs" / "sam" / "bin" / "sam"


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    assert {language for language, _ in BLOCKS} <= {"bash", "sql", "text", "mermaid", "json"}
    # What is JSON are policies, which tests/test_rights.py evaluates.


def test_every_command_is_one_that_is_checked() -> None:
    kinds = {"make", ".venvs/sam/bin/sam", "aws", "uvx"}
    (loop,) = [line for line in COMMANDS if line.split()[0] not in kinds]
    assert loop.startswith("while versions=$(aws s3api list-object-versions ")  # tests/test_removal.py runs it


def test_the_two_commands_of_a_newcomer_are_there_and_ci_runs_the_second() -> None:
    assert COMMANDS[:2] == ["make demo", "make test"]
    assert "make test" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"(?:^|`)make ([a-z][a-z-]+)", PAPERS, re.MULTILINE))))
def test_every_make_target_that_is_named_exists(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith(".venvs/sam/")])
def test_every_command_of_sam_has_its_options(line: str) -> None:
    _, command, *arguments = shlex.split(line)
    explained = subprocess.run([SAM, command, "--help"], capture_output=True, text=True, check=True).stdout
    assert [each for each in arguments if each.startswith("--") and each not in explained] == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("README.md", "  rotation and enforcement: survives. It encrypts and verifies nothing"),
        ("docs/clients.md", "eu-central-1: READY"),
    ],
)
def test_what_a_clients_owner_is_told_to_run_does_what_it_says(
    page: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tlscheck.edges.command.main import main  # noqa: PLC0415 - only this test runs the command

    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text().splitlines()
    # tests/test_laptop_newcomer.py runs those of the extra.
    lines = [shlex.split(line) for line in text if line.startswith("uvx ") and "'.[aws]'" not in line]
    assert lines
    printed = ""
    for uvx, source, here, command, *arguments in lines:
        assert (uvx, source, here, command) == ("uvx", "--from", ".", "tlscheck")
        assert main(arguments) == 0, capsys.readouterr().err
        printed += capsys.readouterr().out
    assert said in printed


def test_what_the_readme_shows_of_a_rehearsal_is_what_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from tlscheck.edges.command.main import main  # noqa: PLC0415 - as above

    (command,) = [
        line
        for line in (ROOT / "README.md").read_text().splitlines()
        if " rehearse " in line and "--" in line and line.startswith("uvx ")
    ]
    (shown,) = [block for language, block in BLOCKS if language == "text" and "to rds-ca-rsa4096-g1 in" in block]
    build = ["trust-store", "build", "--region", "eu-central-1", "--ca", "rds-ca-rsa2048-g1"]
    assert main([*build, "--format", "pem", "--output", str(tmp_path)]) == 0
    *words, client = shlex.split(command)[4:]
    verifying = f"{client} sslmode=verify-full sslrootcert={tmp_path / 'rds-ca.pem'}"
    capsys.readouterr()
    assert main([*words, verifying]) == 1
    # how many of its starts were waited for until nothing more could come is a matter of the machine's pace
    waited = re.compile(r"(?<=after it refused a certificate: no) \(attempts? [^)]*13\)")
    told = capsys.readouterr().out
    assert waited.search(told)
    assert waited.sub("", told).startswith(waited.sub("", shown))


def _parameters_given(line: str) -> list[str]:
    return [word.split("=")[0] for word in shlex.split(line) if re.match(r"[A-Z]\w+=", word)]


def test_every_parameter_of_the_readme_is_one_of_the_template() -> None:
    ours, theirs = template.load(), map(template.load, sorted((ROOT / "docs" / "organisation").glob("*.yaml")))
    known = ours["Parameters"].keys() | {name for each in theirs for name in each["Parameters"]}
    given = [name for line in COMMANDS if line.startswith(".venvs/sam/") for name in _parameters_given(line)]
    named = re.findall(r"`([A-Z][a-z]+[A-Z]\w*|Role)(?:=[a-z-]+)?`", PROSE)
    assert given
    assert named
    assert [each for each in given if each not in ours["Parameters"]] == []
    # What bears no parameter's name is a resource's, such as an alarm, or a metric's.
    metrics = set(re.findall(r"MetricName: (\w+)", template.TEMPLATE.read_text()))
    assert [each for each in named if each not in known | ours["Resources"].keys() | metrics] == []


def _aws_commands(line: str) -> Iterator[list[str]]:
    inner = re.search(r"\"\$\((aws .*)\)\"", line)
    if inner:
        yield shlex.split(inner[1])
        line = line.replace(inner[0], "value")
    yield shlex.split(line)


OF_THE_COMMAND_LINE = {
    ("cloudformation", "deploy"): {"region", "stack-name", "template-file", "parameter-overrides", "capabilities"},
    ("s3", "sync"): {"region", "delete"},
}
"""What is none of the API's operations but of the AWS CLI's own, with the options that may be used here."""


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("aws ")])
def test_every_call_of_aws_is_one_of_its_api(line: str) -> None:
    for _, service, operation, *arguments in _aws_commands(line):
        if (service, operation) in OF_THE_COMMAND_LINE:
            options = {each.removeprefix("--") for each in arguments if each.startswith("--")}
            assert options <= OF_THE_COMMAND_LINE[service, operation]
            continue
        if operation == "wait":
            waiters = botocore.session.get_session().get_waiter_model(service).waiter_names
            assert "".join(word.capitalize() for word in arguments[0].split("-")) in waiters
            continue
        model = botocore.session.get_session().get_service_model(service.removesuffix("api"))  # s3api
        called = model.operation_model("".join(word.capitalize() for word in operation.split("-")))
        assert called.input_shape is not None
        members = {re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower() for name in called.input_shape.members}
        options = {each.removeprefix("--") for each in arguments if each.startswith("--")}
        assert options - {"query", "output", "region", "max-items"} <= members


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("aws cloudformation deploy ")])
def test_a_template_that_is_deployed_is_there_and_gets_the_parameters_that_it_needs(line: str) -> None:
    words = shlex.split(line)
    parameters = template.load(ROOT / words[words.index("--template-file") + 1])["Parameters"]
    given = dict(word.split("=", 1) for word in words if re.match(r"[A-Z]\w+=", word))
    assert (
        {name for name, each in parameters.items() if "Default" not in each} <= given.keys() <= parameters.keys()
    )
    for name, value in given.items():
        assert re.fullmatch(parameters[name].get("AllowedPattern", ".*"), value), name


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("aws s3 sync ")])
def test_what_is_uploaded_is_what_package_writes_to_where_its_template_looks(line: str) -> None:
    version = template.load()["Outputs"]["Version"]["Value"]
    (package,) = [each for each in COMMANDS if each.startswith("make package ")]
    given = dict(word.split("=", 1) for word in shlex.split(package)[2:])
    _, _, _, source, target, _, region = shlex.split(line)
    assert region in given["REGIONS"].split(" ")
    assert source == f"dist/tlscheck-{version}/{region}"
    assert target == f"s3://{given['BUCKET']}-{region}/tlscheck-{version}"
    urls = set(re.findall(r"TemplateUrl=(\S+)", PAPERS))
    assert urls == {
        f"https://{given['BUCKET']}-{region}.s3.{region}.amazonaws.com/tlscheck-{version}/template.json"
    }


def test_the_output_that_it_reads_is_one_of_the_template() -> None:
    outputs = template.load()["Outputs"].keys()
    assert set(re.findall(r"OutputKey==`(\w+)`", PAPERS)) <= outputs


def test_its_sql_makes_the_user_that_the_probe_needs() -> None:
    statements = [block for language, block in BLOCKS if language == "sql"]
    assert statements
    with Servers() as servers:
        server = servers.start("readme", None, enforced=False)
        with psycopg.connect(
            host=str(server.socket_directory),
            port=server.port,
            user=SUPERUSER,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute("DROP ROLE tlscheck")
            connection.execute("CREATE ROLE rds_iam")
            for block in statements:
                for statement in block.split(";\n"):
                    connection.execute(statement.encode())
            sees_all = connection.execute(
                "SELECT pg_has_role('tlscheck', 'pg_read_all_stats', 'USAGE')"
            ).fetchone()
            by_token = connection.execute("SELECT pg_has_role('tlscheck', 'rds_iam', 'MEMBER')").fetchone()
    assert (sees_all, by_token) == ((True,), (True,))


def test_every_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:docs|functions|layers|release|tests)/[\w./]*\w[\w./]*)`", PAPERS))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_every_test_that_it_names_is_there() -> None:
    named = re.findall(r"`\.venv/bin/pytest (\S+) -k (\w+)`", PAPERS)
    assert named
    for path, word in named:
        assert re.search(rf"^def test_\w*{word}", (ROOT / path).read_text(), re.MULTILINE), path


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_page_that_it_leads_to_is_there(page: Path) -> None:
    leads = re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text())
    assert [each for each in leads if not (page.parent / each).exists()] == []


def test_the_readme_leads_to_every_page() -> None:
    leads = set(re.findall(r"\]\((?!https?://)([^)#]+)", (ROOT / "README.md").read_text()))
    pages = {str(page.relative_to(ROOT)) for page in PAGES} | {"CHANGELOG.md"}
    assert pages - leads == {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_heading_that_it_leads_to_is_there(page: Path) -> None:
    """By GitHub's rule: lower case, no punctuation, hyphens for spaces."""
    for path, heading in re.findall(r"\]\((?!https?://)([^)#]*)#([^)]+)\)", page.read_text()):
        there = (page.parent / path).read_text() if path else page.read_text()
        headings = re.findall(r"^#+ (.+)$", there, re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}


def test_every_parameter_of_the_template_has_its_place_on_the_page_that_sets_it_up() -> None:
    (table,) = re.findall(
        r"^## All parameters\n(.*)", (ROOT / "docs" / "install.md").read_text(), re.DOTALL | re.MULTILINE
    )
    told = [name for row in re.findall(r"^\| (`[^|]+) \|", table, re.MULTILINE) for name in row.split(", ")]
    assert sorted(told) == sorted(f"`{name}`" for name in template.load()["Parameters"])


def test_every_event_of_the_console_is_named_and_there() -> None:
    named = set(re.findall(r"`(\w+\.json)`", (ROOT / "docs" / "console.md").read_text()))
    assert named
    assert sorted(named) == sorted(path.name for path in (ROOT / "events").iterdir())
    for each in named:
        json.loads((ROOT / "events" / each).read_text())


def test_every_check_is_explained() -> None:
    from tlscheck.verdict.registry import CHECKS  # noqa: PLC0415 - only this test reads the package

    explained = (ROOT / "docs" / "findings.md").read_text()
    assert [check for check in CHECKS if f"| `{check}` |" not in explained] == []


def test_what_the_emulated_account_does_not_check_is_named_where_least_privilege_is_claimed() -> None:
    (paragraph,) = [each for each in PROSE.split("\n\n") if each.startswith("**IAM.**")]
    named = set(re.findall(r"`([a-z0-9-]+:(?:\*|\w+))`", paragraph))
    unchecked = {action for actions in UNCHECKED.values() for action in actions} | {*UNCHECKED_CONDITIONS.values()}
    assert {each for each in unchecked if not {each, f"{each.split(':')[0]}:*"} & named} == set()


SAID = [
    *PAGES,
    ROOT / "template.yaml",
    *(ROOT / "functions" / "tlscheck" / "reporting").glob("message.py"),
    *(ROOT / "functions" / "tlscheck" / "reporting").glob("refused.py"),
    *(ROOT / "functions" / "tlscheck" / "reporting").glob("report_schema.py"),
]


@pytest.mark.parametrize("page", SAID, ids=lambda page: page.name)
def test_security_hub_is_called_cspm_wherever_that_is_meant(page: Path) -> None:
    """But for the new Security Hub, which takes no findings, and the name of an event and of a user guide."""
    text = " ".join(page.read_text().split())
    named = re.findall(r"(?<!new )Security Hub(?! CSPM| Findings - Imported)[^.|]{0,40}", text)
    assert named == []
