"""What the emulated account lets pass without a policy that allows it: nothing here proves that it is granted.

tests/test_end_to_end.py takes all of it away and sees nothing change; SECURITY.md names it where it speaks of IAM.
"""

from typing import Final

_KEY: Final = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey")
_TABLES_KEY: Final = (*_KEY, "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo")

UNCHECKED: Final = {
    # Its Map and its tasks run inside the emulator, as nobody.
    "SweepRole": (
        "lambda:InvokeFunction",
        "s3:GetObject",
        "kms:Decrypt",
        "states:StartExecution",
        "states:DescribeExecution",
        "states:RedriveExecution",
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    "ScheduleRole": ("states:StartExecution", "sqs:SendMessage"),
    "DiscoverRole": _KEY,
    # A missing object is missing to everybody, not "access denied" to those who may not list.
    "ObserveRole": ("s3:ListBucket", *_TABLES_KEY),
    # Records are handed to it, and nobody asks who reads them.
    "DeliverRole": (
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
        "sqs:SendMessage",
        *_TABLES_KEY,
    ),
    "ReportRole": ("s3:ListBucket", *_KEY),
}
"""Logical id of a role -> actions of its own policies."""

UNCHECKED_CONDITIONS: Final = {
    "DeliverRole": "dynamodb:Attributes",
    "DiscoverRole": "dynamodb:LeadingKeys",
    "ReportRole": "dynamodb:LeadingKeys",
}
"""Logical id of a role -> a condition of it: there it may write any attribute of an item, and under any key."""
