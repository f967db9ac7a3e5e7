"""What CloudFormation refuses before it makes anything: values of parameters, and what does not go together."""

import re

import pytest

from tests.resolved import NETWORK, PARSED, Stack

TOPIC = "arn:aws:sns:eu-central-1:210987654321:operations"
EMAIL = "tls@example.org"


def broken(parameters: dict[str, str]) -> set[str]:
    """Names of the rules that a stack with these parameters breaks."""
    stack = Stack(parameters)
    return {
        name
        for name, rule in PARSED["Rules"].items()
        if stack.holds(rule.get("RuleCondition", {"Fn::And": []}))
        and not all(stack.holds(each["Assert"]) for each in rule["Assertions"])
    }


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        NETWORK,
        NETWORK | {"Role": "probe-only"},
        NETWORK | {"ProbeReachesOtherVpcs": "true"},
        {"MasterUserSecrets": "ENABLED"},  # for the probes of other stacks
        {"AlarmTopicArn": TOPIC},
        {"NotificationEmail": EMAIL},
    ],
)
def test_what_goes_together_is_taken(parameters: dict[str, str]) -> None:
    assert broken(parameters) == set()


@pytest.mark.parametrize(
    ("parameters", "rules"),
    [
        ({"Role": "probe-only"}, {"AProbeOnlyStackHasAProbe"}),
        *(
            ({name: value for name, value in NETWORK.items() if name != missing}, {"AProbeHasItsWholeNetwork"})
            for missing in NETWORK
        ),
        *(({name: value}, {"AProbeHasItsWholeNetwork"}) for name, value in NETWORK.items()),
        # It would be a full stack without a probe, which reaches nothing.
        ({"ProbeReachesOtherVpcs": "true"}, {"AProbeHasItsWholeNetwork"}),
        ({"AlarmTopicArn": TOPIC, "NotificationEmail": EMAIL}, {"AGivenTopicHasItsOwnSubscribers"}),
    ],
)
def test_what_would_be_dropped_in_silence_is_refused(parameters: dict[str, str], rules: set[str]) -> None:
    assert broken(parameters) == rules


@pytest.mark.parametrize(
    ("name", "taken", "refused"),
    [
        (
            "PermissionsBoundary",
            [
                "arn:aws:iam::123456789012:policy/limits",
                "arn:aws:iam::aws:policy/PowerUserAccess",
                "arn:aws-cn:iam::aws:policy/job-function/x",
                "arn:aws-us-gov:iam::123456789012:policy/team/limits",
            ],
            ["limits", "arn:aws:iam::aws:role/x", "arn:aws:iam::123:policy/x"],
        ),
        (
            "KeyArn",
            [
                "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
                "arn:aws:kms:eu-central-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab",
                "arn:aws-eusc:kms:eusc-de-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            ],
            ["alias/x", "arn:aws:kms:eu-central-1:123456789012:alias/x", "1234abcd-12ab-34cd-56ef-1234567890ab"],
        ),
        (
            "AlarmTopicArn",
            [TOPIC, "arn:aws-cn:sns:cn-north-1:123456789012:a_b-c"],
            [f"{TOPIC}.fifo", f"{TOPIC}:1234abcd", "operations"],
        ),
        ("CentralTopicArn", [TOPIC], [f"{TOPIC}.fifo", "operations"]),
        (
            "CentralBucket",
            ["reports", "reports.example.org"],
            ["s3://reports", "Reports", "a", "reports/x", "-x-"],
        ),
        (
            "Regions",
            ["eu-central-1", "us-gov-west-1,us-gov-east-1", "eusc-de-east-1", "ap-southeast-7,mx-central-1"],
            ["eu-central-1,", "eu-central-1, us-east-1", "eu-central", ",eu-central-1", "all"],
        ),
        ("ProbeSubnetIds", ["subnet-0a", "subnet-0a,subnet-0b"], ["subnet-0a, subnet-0b", "subnet-0a,", "sg-0a"]),
        ("ProbeSecurityGroupIds", ["sg-0a,sg-0b"], ["default", "sg-0a sg-0b"]),
        ("NotificationEmail", [EMAIL, "o'neil+tls@example.co.uk"], ["example.org", "a b@example.org"]),
        ("SecretNames", ["tlscheck/*", "prod/tlscheck", "a?b"], ["a b", "rds!db-*", "${aws:username}"]),
        ("SweepSchedule", ["cron(0 4 * * ? *)", "rate(1 day)", "at(2027-01-01T04:00:00)"], ["0 4 * * *", "daily"]),
        ("ScheduleTimeZone", ["UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"], ["Central European Time"]),
        ("DatabaseUser", ["tlscheck", "_tls9"], ["Tlscheck", "a-b", "*", "9a"]),
    ],
)
def test_a_value_is_taken_or_refused_by_its_parameters_pattern(
    name: str, taken: list[str], refused: list[str]
) -> None:
    parameter = PARSED["Parameters"][name]
    pattern = parameter["AllowedPattern"]
    assert [each for each in [*taken, parameter["Default"]] if not re.search(pattern, each)] == []
    assert [each for each in refused if re.search(pattern, each)] == []
