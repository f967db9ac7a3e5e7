"""What SAM's translator makes of the template's roles, as JSON; run by the interpreter that has the translator.

The Region, and with it the partition, is AWS_DEFAULT_REGION's.
"""

import json
import sys
from typing import Any

from samtranslator.translator.transform import transform

from tests import template


class _NoPolicies:
    """Stands for IAM's list of managed policies, which the template names none of."""

    def load(self) -> dict[str, str]:
        return {}


def main(parameters: dict[str, str]) -> None:
    """Print, by logical id, the managed policies and the statements of each role of a translated template."""
    document = template.load()
    for body in document["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in body.get("Properties", {}):
                body["Properties"][name] = "s3://artifacts/built.zip"
    document["Globals"]["Function"]["CodeUri"] = "s3://artifacts/built.zip"
    translated = transform(document, parameters, _NoPolicies())
    roles = {name: each for name, each in translated["Resources"].items() if each["Type"] == "AWS::IAM::Role"}
    print(json.dumps({name: _told(role["Properties"]) for name, role in roles.items()}))


def _told(properties: dict[str, Any]) -> dict[str, Any]:
    policies = properties.get("Policies", [])
    return {
        "managed": sorted(arn.rpartition("/")[2] for arn in properties.get("ManagedPolicyArns", [])),
        "statements": [statement for each in policies for statement in each["PolicyDocument"]["Statement"]],
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
