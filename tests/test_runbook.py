"""docs/runbook.md: an entry for each alarm and none more, and commands that the AWS CLI takes as they stand.

A command is compared with botocore's models, which the CLI is made from; nothing is run.
"""

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import botocore.session
import jmespath  # type: ignore[import-untyped] # it comes without types
import pytest
from botocore import xform_name
from botocore.validate import ParamValidator

from tests.resolved import PARSED, Stack

ROOT = Path(__file__).parent.parent
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
ENTRIES = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", RUNBOOK, flags=re.MULTILINE | re.DOTALL))
ALARMS = {
    name: body["Properties"]
    for name, body in PARSED["Resources"].items()
    if body["Type"] == "AWS::CloudWatch::Alarm"
}
STACK = Stack({"ProbeVpcId": "vpc-0a", "ProbeSubnetIds": "subnet-0a", "ProbeSecurityGroupIds": "sg-0a"})
OF_THE_CLI = {"query", "output", "max-items", "region"}
"""Options that the CLI has of each command itself."""

SESSION = botocore.session.get_session()


def lines(text: str) -> list[str]:
    """The commands of its shell blocks, a line each."""
    return [
        line for block in re.findall(r"```bash\n(.*?)```", text, flags=re.DOTALL) for line in block.splitlines()
    ]


def commands(line: str) -> Iterator[list[str]]:
    """The words of each `aws` command of a line: those in $(...), and what is left around them."""
    while (begun := line.find("$(")) >= 0:
        ended = closed(line, begun + 1)
        # Between two of them it is arithmetic, which may hold a command too.
        yield from commands(
            line[begun + 2 : ended].strip("()") if line[begun + 2] == "(" else line[begun + 2 : ended]
        )
        line = line[:begun] + "VALUE" + line[ended + 1 :]
    words = shlex.split(line.split(" | tr ")[0])
    if words and words[0] == "aws":
        yield words


def closed(line: str, opened: int) -> int:
    """Where the bracket that is opened there is closed."""
    depth = 0
    for place in range(opened, len(line)):
        depth += {"(": 1, ")": -1}.get(line[place], 0)
        if not depth:
            return place
    raise AssertionError(line)


ALL = [words for line in lines(RUNBOOK) for words in commands(line)]


def test_no_command_is_left_unread() -> None:
    assert len(ALL) == sum(len(re.findall(r"\baws [a-z]", line)) for line in lines(RUNBOOK)) > 30


def test_each_alarm_has_an_entry_and_its_description_says_where() -> None:
    assert len(ALARMS) == 9
    for name, properties in ALARMS.items():
        assert name in ENTRIES
        assert properties["AlarmDescription"].endswith(f" docs/runbook.md#{name.lower()}")
        assert len(properties["AlarmDescription"]) <= 1024  # PutMetricAlarm, AlarmDescription
    assert set(ENTRIES) - set(ALARMS) == {"A topic of your own", "Questions to the logs"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_entry_says_what_it_means_three_commands_and_when_to_ignore_it(name: str) -> None:
    entry = ENTRIES[name]
    places = [
        entry.index(f"**{part}.**") for part in ("What it means", "First three commands", "When to ignore it")
    ]
    assert places == sorted(places)
    assert len(lines(entry)) == 3


@pytest.mark.parametrize("words", ALL, ids=lambda words: " ".join(words[1:3]))
def test_a_command_is_one_that_the_aws_cli_takes(words: list[str]) -> None:
    _, service, operation, *rest = words
    model = SESSION.get_service_model({"s3api": "s3"}.get(service, service))
    named = {xform_name(each, "-"): each for each in model.operation_names}
    given = {word[2:] for word in rest if word.startswith("--")}
    shape = model.operation_model(named[operation]).input_shape
    assert shape is not None
    members = {xform_name(member, "-"): member for member in shape.members}
    assert given - members.keys() - OF_THE_CLI == set()
    assert {xform_name(member, "-") for member in shape.required_members} - given == set()


def test_every_query_is_one_of_jmespath() -> None:
    queries = [words[words.index("--query") + 1] for words in ALL if "--query" in words]
    assert len(queries) > 15
    for query in queries:
        jmespath.compile(
            query.replace("$machine", "arn:aws:states:us-east-1:123456789012:stateMachine:tlscheck-Sweep")
        )


def test_what_a_command_names_is_in_the_stack() -> None:
    text = "\n".join(lines(RUNBOOK))
    resources = re.findall(r"--logical-resource-id (\w+)", text)
    assert {"DeadLetters", "UnpublishedFindings", "ScheduleRole"} <= set(resources)
    assert set(resources) - STACK.resources == set()
    outputs = re.findall(r"OutputKey=='(\w+)'", text)
    assert set(outputs) == {"StateMachine", "Bucket"}
    assert set(outputs) - STACK.outputs == set()
    groups = {each.replace("$stack", STACK.name) for each in re.findall(r'"(/aws/lambda/\$stack-\w+)"', text)}
    made = {
        STACK.properties(name)["LogGroupName"]
        for name in STACK.resources
        if name.endswith("Logs") and name != "Logs"
    }
    assert len(groups) >= 4
    assert groups - made == set()


def test_every_metric_of_a_command_is_one_that_is_sent() -> None:
    sent = "".join(path.read_text() for path in (ROOT / "functions" / "tlscheck").rglob("*.py"))
    text = "\n".join(lines(RUNBOOK))
    for name in set(re.findall(r"tlscheck --metric-name (\w+)", text)) | {"NotificationsFailed"}:
        assert f'"{name}"' in sent, name


def test_every_message_that_a_query_looks_for_is_one_that_is_logged() -> None:
    source = "".join(path.read_text() for path in (ROOT / "functions").rglob("*.py"))
    messages = set(re.findall(r'message = "([^"]+)"', RUNBOOK)) | set(re.findall(r"'\"([^\"]+)\"'", RUNBOOK)) - {
        "'"
    }
    assert len(messages) >= 4
    for message in messages:
        assert f'"{message}"' in source, message


def test_every_parameter_that_it_names_is_one_of_the_template() -> None:
    named = set(re.findall(r"`?(\w+)=(?:DEBUG|probe-only|ENABLED|DISABLED)", RUNBOOK))
    named |= {"SweepMissedAfterDays", "SamplesStoppedAfterHours", "AlarmTopicArn"}
    assert named - PARSED["Parameters"].keys() == set()
    for name in ("SweepMissedAfterDays", "SamplesStoppedAfterHours", "AlarmTopicArn", "LogLevel"):
        assert name in RUNBOOK, name


def test_no_command_is_of_a_stack_of_one_name_alone() -> None:
    """`tlscheck` is the namespace of the metrics and the folder of the probes; a stack may be called otherwise."""
    _, *rest = re.findall(r"```bash\n(.*?)```", RUNBOOK, flags=re.DOTALL)
    for line in "".join(rest).splitlines():
        told = re.sub(r'--namespace tlscheck|Namespace\\":\\"tlscheck\\"|/tlscheck/probes/', "", line)
        assert "tlscheck" not in told, line


BROKE_OFF = {
    # A time-out: since 2025 no line "Task timed out" comes with it.
    "a time-out": '{"time":"2026-11-24T04:05:00.000Z","type":"platform.report","record":{"requestId":"8b0e",'
    '"metrics":{"durationMs":300000.0,"billedDurationMs":300000,"memorySizeMB":512},"status":"timeout"}}',
    "no memory": '{"time":"2026-11-24T04:05:00.000Z","type":"platform.report","record":{"requestId":"8b0e",'
    '"status":"error","errorType":"Runtime.OutOfMemory"}}',
    "an exception": '{"timestamp":"2026-11-24T04:05:00Z","log_level":"ERROR","errorMessage":"\'x\'",'
    '"errorType":"KeyError","requestId":"8b0e","stackTrace":[]}',
    "a line of ours": '{"level":"ERROR","location":"handler:40","message":"database not judged","service":"a"}',
}
"""What Lambda writes with LogFormat JSON (its developer guide, "Telemetry API event schema", "Logging format")."""


@pytest.mark.parametrize("line", BROKE_OFF.values(), ids=BROKE_OFF)
def test_a_pattern_for_errors_finds_each_way_in_which_a_function_breaks_off(line: str) -> None:
    """`?A ?B` is any of them, letter by letter (CloudWatch Logs user guide, "Filter pattern syntax")."""
    patterns = [words[words.index("--filter-pattern") + 1] for words in ALL if "--filter-pattern" in words]
    for_errors = [each for each in patterns if "?ERROR" in each]
    assert len(for_errors) >= 7
    for pattern in for_errors:
        assert any(term.removeprefix("?") in line for term in pattern.split()), pattern


def test_errors_are_counted_of_each_function_that_the_alarm_reads() -> None:
    """DescribeAlarms answers with an alarm's Metrics as they were given; the emulator keeps none of them."""
    (counting,) = [line for line in lines(ENTRIES["FunctionErrors"]) if "get-metric-data" in line]
    asking, told = (words[words.index("--query") + 1] for words in commands(counting) if "--query" in words)
    alarm = STACK.properties("FunctionErrors")
    queries = jmespath.search(asking, {"MetricAlarms": [alarm]})
    assert [each["Id"] for each in queries] == ["discover", "observe", "report", "deliver", "probe"]
    shape = SESSION.get_service_model("cloudwatch").operation_model("GetMetricData").input_shape
    assert shape is not None
    given = {"MetricDataQueries": queries, "StartTime": 1, "EndTime": 2}
    assert not ParamValidator().validate(given, shape).has_errors()
    answer = {"MetricDataResults": [{"Id": "observe", "Values": [2.0, 1.0]}, {"Id": "probe", "Values": []}]}
    assert jmespath.search(told, answer) == [["observe", 3.0], ["probe", 0]]


def logged() -> dict[str, set[str]]:
    """By the message of a log line, what it bears beside what each line does."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="logger")), args=[ast.Constant(value=str(message)), *_]
                ):
                    found.setdefault(message, set()).update(each.arg for each in node.keywords if each.arg)
    return found


QUERIES = re.findall(r'^filter message = "([^"]+)" \| (.+)$', RUNBOOK, flags=re.MULTILINE)
WORDS = {"stats", "count", "sum", "by", "bin", "fields", "sort", "desc"}
"""Of the language of CloudWatch Logs Insights."""


@pytest.mark.parametrize(("message", "rest"), QUERIES, ids=[message for message, _ in QUERIES])
def test_a_question_to_the_logs_is_about_what_its_line_bears(message: str, rest: str) -> None:
    asked = set(re.findall(r"[a-z]+", re.sub(r"@\w+| as \w+|\d\w*", "", rest))) - WORDS
    named = set(re.findall(r" as (\w+)", rest))
    assert asked - named <= logged()[message]
    assert asked or named
