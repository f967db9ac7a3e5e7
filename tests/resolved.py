"""The template as CloudFormation makes a stack of it: parameters, partition, Region and account filled in.

Names that CloudFormation makes up are made up alike, so that a policy is evaluated against what it would meet.
tests/managed_policies.py holds what SAM adds to a role; tests/test_iam.py compares the roles with those SAM makes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests import managed_policies, template

RANDOM = "1A2B3C4D5E6F"
"""What CloudFormation appends to names that it makes up."""

SUFFIXES = {"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}
NETWORK = {"ProbeVpcId": "vpc-0a", "ProbeSubnetIds": "subnet-0a,subnet-0b", "ProbeSecurityGroupIds": "sg-0a"}
"""Parameters that give a stack a probe."""

PARSED = template.load()
NO_VALUE = object()


@dataclass(frozen=True)
class Stack:
    """A stack with these parameters, in one place."""

    parameters: dict[str, str] = field(default_factory=dict)
    """Those that are not the template's defaults."""

    partition: str = "aws"
    region: str = "eu-central-1"
    account: str = "123456789012"
    name: str = "tlscheck"

    @cached_property
    def resources(self) -> set[str]:
        """Logical ids of what this stack has."""
        return {name for name, body in PARSED["Resources"].items() if self._is_made(body)}

    @property
    def outputs(self) -> set[str]:
        """Names of its outputs."""
        return {name for name, body in PARSED["Outputs"].items() if self._is_made(body)}

    def properties(self, logical_id: str) -> dict[str, Any]:
        """Of a resource, resolved; a function's with what Globals give it."""
        body = PARSED["Resources"][logical_id]
        own = body.get("Properties", {})
        shared = PARSED["Globals"]["Function"] if body["Type"] == "AWS::Serverless::Function" else {}
        resolved: dict[str, Any] = self.resolve(shared | own)
        return resolved

    def statements(self, logical_id: str) -> list[dict[str, Any]]:
        """What the role of a function, of the state machine, or a role of the template may do."""
        managed = [managed_policies.DOCUMENTS[name] for name in self.managed(logical_id)]
        return self.own_statements(logical_id) + [each for document in managed for each in document["Statement"]]

    def own_statements(self, logical_id: str) -> list[dict[str, Any]]:
        """The same without AWS's managed policies."""
        policies = self.properties(logical_id).get("Policies", [])
        return [each for policy in policies for each in policy.get("PolicyDocument", policy)["Statement"]]

    def managed(self, logical_id: str) -> list[str]:
        """Names of AWS's policies of a role."""
        kind = PARSED["Resources"][logical_id]["Type"]
        if kind == "AWS::IAM::Role":
            return []
        return managed_policies.added_by_sam(kind, self.properties(logical_id), self.partition)

    def policy(self, logical_id: str, name: str = "PolicyDocument") -> list[dict[str, Any]]:
        """The statements of a resource's own policy; of a key's, `KeyPolicy` is its name."""
        found: list[dict[str, Any]] = self.properties(logical_id)[name]["Statement"]
        return found

    def role_arn(self, logical_id: str) -> str:
        """ARN of the role that SAM makes for a function or the state machine, or of the template's own."""
        own = PARSED["Resources"][logical_id]["Type"] == "AWS::IAM::Role"
        name = logical_id if own else f"{logical_id}Role"
        return f"arn:{self.partition}:iam::{self.account}:role/{self.name}-{name}-{RANDOM}"

    def holds(self, condition: Any) -> bool:
        """A condition of the template, by its name or written out."""
        match condition:
            case str(name):
                return self.holds(PARSED["Conditions"][name])
            case {"Condition": str(name)}:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return bool(self.resolve(left) == self.resolve(right))
            case {"Fn::Not": [inner]}:
                return not self.holds(inner)
            case {"Fn::And": list(inner)}:
                return all(map(self.holds, inner))
            case {"Fn::Or": list(inner)}:
                return any(map(self.holds, inner))
        raise TypeError(condition)

    def resolve(self, value: Any) -> Any:  # noqa: C901, PLR0911 - a line for each intrinsic function
        """A value of the template without intrinsic functions; KeyError for what this stack does not have."""
        match value:
            case {"Fn::If": [str(condition), then, otherwise]}:
                return self.resolve(then if self.holds(condition) else otherwise)
            case {"Ref": "AWS::NoValue"}:
                return NO_VALUE
            case {"Ref": str(name)}:
                return self._ref(name)
            case {"Fn::GetAtt": [str(name), str(attribute)]}:
                return self._attribute(name, attribute)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^!}]+)\}", lambda found: self._substitute(found[1]), text)
            case {"Fn::FindInMap": [str(mapping), first, second]}:
                return PARSED["Mappings"][mapping][str(self.resolve(first))][self.resolve(second)]
            case {"Fn::Split": [str(divider), text]}:
                return self.resolve(text).split(divider)
            case {"Fn::Join": [str(divider), parts]}:
                return divider.join(self.resolve(parts))
            case dict():
                named = {key: self.resolve(inner) for key, inner in value.items()}
                return {key: inner for key, inner in named.items() if inner is not NO_VALUE}
            case list():
                return [inner for inner in map(self.resolve, value) if inner is not NO_VALUE]
        return value

    def needs(self, value: Any) -> Iterator[str]:
        """Logical ids and parameters that a value needs, branches of an If that do not apply left out."""
        match value:
            case {"Fn::If": [str(condition), then, otherwise]}:
                yield from self.needs(then if self.holds(condition) else otherwise)
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), _]}:
                yield name
            case {"Fn::Sub": str(text)}:
                yield from (name.split(".")[0] for name in re.findall(r"\$\{([^}!]+)\}", text))
            case dict():
                for inner in value.values():
                    yield from self.needs(inner)
            case list():
                for inner in value:
                    yield from self.needs(inner)

    def _is_made(self, body: dict[str, Any]) -> bool:
        return "Condition" not in body or self.holds(body["Condition"])

    def _substitute(self, name: str) -> str:
        logical_id, _, attribute = name.partition(".")
        return str(self._attribute(logical_id, attribute) if attribute else self._ref(name))

    def _ref(self, name: str) -> str:
        pseudo = {
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::AccountId": self.account,
            "AWS::StackName": self.name,
            "AWS::URLSuffix": SUFFIXES[self.partition],
        }
        if name in pseudo:
            return pseudo[name]
        if name in PARSED["Parameters"]:
            return str(self.parameters.get(name, PARSED["Parameters"][name]["Default"]))
        kind = self._kind(name)
        if kind in {"AWS::SNS::Topic", "AWS::Serverless::StateMachine", "AWS::Serverless::LayerVersion"}:
            return self._attribute(name, "Arn") + (":1" if kind.endswith("LayerVersion") else "")
        if kind == "AWS::SQS::Queue":
            return f"https://sqs.{self.region}.{SUFFIXES[self.partition]}/{self.account}/{self._name(name)}"
        return self._name(name)

    def _attribute(self, logical_id: str, attribute: str) -> str:
        kind, name = self._kind(logical_id), self._name(logical_id)
        if attribute.endswith("Name"):
            return name
        here = f"{self.region}:{self.account}"
        arn = {
            "AWS::Serverless::Function": f"lambda:{here}:function:{name}",
            "AWS::Serverless::LayerVersion": f"lambda:{here}:layer:{name}",
            "AWS::Serverless::StateMachine": f"states:{here}:stateMachine:{name}",
            "AWS::IAM::Role": f"iam::{self.account}:role/{name}",
            "AWS::DynamoDB::Table": f"dynamodb:{here}:table/{name}",
            "AWS::S3::Bucket": f"s3:::{name}",
            "AWS::KMS::Key": f"kms:{here}:key/{name}",
            "AWS::SNS::Topic": f"sns:{here}:{name}",
            "AWS::SQS::Queue": f"sqs:{here}:{name}",
            "AWS::Logs::LogGroup": f"logs:{here}:log-group:{name}:*",
            "AWS::CloudWatch::Alarm": f"cloudwatch:{here}:alarm:{name}",
        }[kind]
        ending = {"Arn": "", "TopicArn": "", "StreamArn": "/stream/2026-11-24T04:00:00.000"}[attribute]
        return f"arn:{self.partition}:{arn}{ending}"

    def _kind(self, logical_id: str) -> str:
        if logical_id not in self.resources:
            raise KeyError(f"{logical_id} is not in this stack")
        return str(PARSED["Resources"][logical_id]["Type"])

    def _name(self, logical_id: str) -> str:
        body = PARSED["Resources"][logical_id]
        given = body.get("Properties", {})
        match body["Type"]:
            case "AWS::KMS::Key":
                return "1234abcd-12ab-34cd-56ef-1234567890ab"
            case "AWS::S3::Bucket":
                return f"{self.name}-{logical_id}-{RANDOM}".lower()
            case "AWS::Serverless::LayerVersion" if "LayerName" not in given:
                return logical_id
        names = ("FunctionName", "LogGroupName", "Name", "LayerName", "TopicName", "QueueName", "AlarmName")
        chosen = next((given[name] for name in names if name in given), None)
        return str(self.resolve(chosen)) if chosen else f"{self.name}-{logical_id}-{RANDOM}"
