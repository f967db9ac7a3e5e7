"""AWS's own policies that SAM attaches to the roles that it makes, and when it does.

Documents: "AWS managed policy reference" (docs.aws.amazon.com/aws-managed-policy/latest/reference/<name>.html),
read in November 2026. SAM writes no statement of its own into a role, but these.
"""

from typing import Any, Final

_TRACES: Final = {
    "Statement": [
        {
            "Effect": "Allow",
            "Action": [
                "xray:PutTraceSegments",
                "xray:PutTelemetryRecords",
                "xray:GetSamplingRules",
                "xray:GetSamplingTargets",
                "xray:GetSamplingStatisticSummaries",
            ],
            "Resource": ["*"],
        }
    ]
}
_LOGS: Final = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]

DOCUMENTS: Final[dict[str, dict[str, Any]]] = {
    # v1 of 2015-04-09
    "AWSLambdaBasicExecutionRole": {"Statement": [{"Effect": "Allow", "Action": _LOGS, "Resource": "*"}]},
    # v3 of 2024-01-05
    "AWSLambdaVPCAccessExecutionRole": {
        "Statement": [
            {
                "Sid": "AWSLambdaVPCAccessExecutionPermissions",
                "Effect": "Allow",
                "Action": [
                    *_LOGS,
                    "ec2:CreateNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:DeleteNetworkInterface",
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:UnassignPrivateIpAddresses",
                ],
                "Resource": "*",
            }
        ]
    },
    # v2 of 2018-08-28
    "AWSXrayWriteOnlyAccess": _TRACES,
    # v2 of 2024-02-13
    "AWSXRayDaemonWriteAccess": _TRACES,
}
"""Name -> document."""


def added_by_sam(kind: str, properties: dict[str, Any], partition: str) -> list[str]:
    """Names of the managed policies of the role that SAM makes for a function or a state machine."""
    traces = "AWSXrayWriteOnlyAccess" if partition == "aws" else "AWSXRayDaemonWriteAccess"
    if kind == "AWS::Serverless::StateMachine":
        return [traces] if properties.get("Tracing", {}).get("Enabled") else []
    added = ["AWSLambdaBasicExecutionRole"]
    if properties.get("Tracing"):
        added.append(traces)
    if properties.get("VpcConfig"):
        added.append("AWSLambdaVPCAccessExecutionRole")
    return added
