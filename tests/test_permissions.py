"""docs/permissions: policies for who deploys and who asks, evaluated as IAM does against what they have to do."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import template
from tests.iam import Context, allowed
from tests.local_aws.stack import BUILT
from tests.packaged import PYTHON, ROOT
from tests.resolved import NETWORK, Stack

FOLDER = ROOT / "docs" / "permissions"
MOST_INLINE = 10_240
"""Characters of a role's inline policies, white space aside (IAM and STS quotas)."""

VIA_CLOUDFORMATION: Context = {"aws:CalledVia": ("cloudformation.amazonaws.com",)}

NEEDED = {
    "AWS::CloudWatch::Alarm": """cloudwatch:DeleteAlarms cloudwatch:DescribeAlarms cloudwatch:ListTagsForResource
        cloudwatch:PutMetricAlarm cloudwatch:TagResource cloudwatch:UntagResource""",
    "AWS::CloudWatch::Dashboard": """cloudwatch:DeleteDashboards cloudwatch:GetDashboard
        cloudwatch:ListTagsForResource cloudwatch:PutDashboard cloudwatch:TagResource cloudwatch:UntagResource""",
    "AWS::DynamoDB::Table": """dynamodb:CreateTable dynamodb:DeleteTable dynamodb:DescribeContinuousBackups
        dynamodb:DescribeContributorInsights dynamodb:DescribeKinesisStreamingDestination dynamodb:DescribeTable
        dynamodb:DescribeTimeToLive dynamodb:GetResourcePolicy dynamodb:ListTagsOfResource dynamodb:TagResource
        dynamodb:UntagResource dynamodb:UpdateContinuousBackups dynamodb:UpdateTable dynamodb:UpdateTimeToLive""",
    "AWS::IAM::Role": """iam:AttachRolePolicy iam:CreateRole iam:DeleteRole iam:DeleteRolePermissionsBoundary
        iam:DeleteRolePolicy iam:DetachRolePolicy iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies
        iam:ListRolePolicies iam:PutRolePermissionsBoundary iam:PutRolePolicy iam:TagRole iam:UntagRole
        iam:UpdateAssumeRolePolicy iam:UpdateRole iam:UpdateRoleDescription""",
    "AWS::KMS::Key": """kms:CreateGrant kms:CreateKey kms:Decrypt kms:DescribeKey kms:DisableKey
        kms:DisableKeyRotation kms:EnableKey kms:EnableKeyRotation kms:Encrypt kms:GenerateDataKey
        kms:GetKeyPolicy kms:GetKeyRotationStatus kms:ListResourceTags kms:PutKeyPolicy kms:RevokeGrant
        kms:ScheduleKeyDeletion kms:TagResource kms:UntagResource kms:UpdateKeyDescription""",
    "AWS::Lambda::EventSourceMapping": """lambda:CreateEventSourceMapping lambda:DeleteEventSourceMapping
        lambda:GetEventSourceMapping lambda:ListTags lambda:TagResource lambda:UntagResource
        lambda:UpdateEventSourceMapping""",
    "AWS::Lambda::Function": """lambda:CreateFunction lambda:DeleteFunction lambda:DeleteFunctionConcurrency
        lambda:GetFunction lambda:GetFunctionCodeSigningConfig lambda:GetFunctionRecursionConfig
        lambda:GetFunctionScalingConfig lambda:GetRuntimeManagementConfig lambda:TagResource lambda:UntagResource
        lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration""",
    "AWS::Lambda::LayerVersion": "lambda:DeleteLayerVersion lambda:GetLayerVersion lambda:PublishLayerVersion",
    "AWS::Logs::LogGroup": """logs:AssociateKmsKey logs:CreateLogGroup logs:DeleteLogGroup
        logs:DeleteRetentionPolicy logs:DescribeIndexPolicies logs:DisassociateKmsKey
        logs:GetDataProtectionPolicy logs:ListTagsForResource logs:PutRetentionPolicy logs:TagResource
        logs:UntagResource""",
    "AWS::S3::Bucket": """s3:CreateBucket s3:DeleteBucket s3:GetAccelerateConfiguration
        s3:GetAnalyticsConfiguration s3:GetBucketCORS s3:GetBucketLogging s3:GetBucketNotification
        s3:GetBucketObjectLockConfiguration
        s3:GetBucketOwnershipControls s3:GetBucketPublicAccessBlock s3:GetBucketTagging s3:GetBucketVersioning
        s3:GetBucketWebsite s3:GetEncryptionConfiguration s3:GetIntelligentTieringConfiguration
        s3:GetInventoryConfiguration s3:GetLifecycleConfiguration s3:GetMetricsConfiguration
        s3:GetReplicationConfiguration s3:ListBucket s3:ListTagsForResource s3:PutBucketOwnershipControls
        s3:PutBucketPublicAccessBlock s3:PutBucketTagging s3:PutBucketVersioning s3:PutEncryptionConfiguration
        s3:PutLifecycleConfiguration s3:TagResource s3:UntagResource""",
    "AWS::S3::BucketPolicy": "s3:DeleteBucketPolicy s3:GetBucketPolicy s3:PutBucketPolicy",
    "AWS::SNS::Subscription": """sns:GetSubscriptionAttributes sns:SetSubscriptionAttributes sns:Subscribe
        sns:Unsubscribe""",
    "AWS::SNS::Topic": """sns:CreateTopic sns:DeleteTopic sns:GetDataProtectionPolicy sns:GetTopicAttributes
        sns:ListSubscriptionsByTopic sns:ListTagsForResource sns:SetTopicAttributes sns:TagResource
        sns:UntagResource""",
    "AWS::SNS::TopicPolicy": "sns:SetTopicAttributes",
    "AWS::SQS::Queue": """sqs:CreateQueue sqs:DeleteQueue sqs:GetQueueAttributes sqs:GetQueueUrl sqs:ListQueueTags
        sqs:SetQueueAttributes sqs:TagQueue sqs:UntagQueue""",
    "AWS::SQS::QueuePolicy": "sqs:SetQueueAttributes",
    "AWS::SSM::Parameter": """ssm:AddTagsToResource ssm:DeleteParameter ssm:GetParameters ssm:ListTagsForResource
        ssm:PutParameter ssm:RemoveTagsFromResource""",
    "AWS::Scheduler::Schedule": """scheduler:CreateSchedule scheduler:DeleteSchedule scheduler:GetSchedule
        scheduler:UpdateSchedule""",
    "AWS::StepFunctions::StateMachine": """states:CreateStateMachine states:DeleteStateMachine
        states:DescribeStateMachine states:ListTagsForResource states:TagResource states:UntagResource
        states:UpdateStateMachine""",
}
"""What CloudFormation calls for each type (handlers.*.permissions of the types' schemas in its registry), without
what is for properties that the template does not use: replicas, imports, web sites, file systems and the like."""

HERE = "us-east-1:123456789012"
ARNS = {
    "AWS::CloudWatch::Alarm": f"arn:aws:cloudwatch:{HERE}:alarm:tlscheck-SweepMissed",
    "AWS::CloudWatch::Dashboard": "arn:aws:cloudwatch::123456789012:dashboard/tlscheck-us-east-1",
    "AWS::DynamoDB::Table": f"arn:aws:dynamodb:{HERE}:table/tlscheck-Table-1A2B3C4D5E6F",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/tlscheck-ReportRole-1A2B3C4D5E6F",
    "AWS::KMS::Key": f"arn:aws:kms:{HERE}:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "AWS::Lambda::EventSourceMapping": f"arn:aws:lambda:{HERE}:event-source-mapping:1234abcd",
    "AWS::Lambda::Function": f"arn:aws:lambda:{HERE}:function:tlscheck-Report-1A2B3C4D5E6F",
    "AWS::Lambda::LayerVersion": f"arn:aws:lambda:{HERE}:layer:tlscheck-Dependencies:1",
    "AWS::Logs::LogGroup": f"arn:aws:logs:{HERE}:log-group:/aws/lambda/tlscheck-Report",
    "AWS::S3::Bucket": "arn:aws:s3:::tlscheck-bucket-1a2b3c4d5e6f",
    "AWS::S3::BucketPolicy": "arn:aws:s3:::tlscheck-bucket-1a2b3c4d5e6f",
    "AWS::SNS::Subscription": f"arn:aws:sns:{HERE}:tlscheck-Topic-1A2B3C4D5E6F:1234abcd",
    "AWS::SNS::Topic": f"arn:aws:sns:{HERE}:tlscheck-Topic-1A2B3C4D5E6F",
    "AWS::SNS::TopicPolicy": f"arn:aws:sns:{HERE}:tlscheck-Topic-1A2B3C4D5E6F",
    "AWS::SQS::Queue": f"arn:aws:sqs:{HERE}:tlscheck-DeadLetters-1A2B3C4D5E6F",
    "AWS::SQS::QueuePolicy": f"arn:aws:sqs:{HERE}:tlscheck-DeadLetters-1A2B3C4D5E6F",
    "AWS::SSM::Parameter": f"arn:aws:ssm:{HERE}:parameter/tlscheck/probes/vpc-0a1b2c3d",
    "AWS::Scheduler::Schedule": f"arn:aws:scheduler:{HERE}:schedule/default/tlscheck-SweepSample-1A2B3C4D5E6F",
    "AWS::StepFunctions::StateMachine": f"arn:aws:states:{HERE}:stateMachine:tlscheck-Sweep",
}
TABLES_DELETED = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"


def statements(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text())["Statement"]
    return found


@pytest.fixture(scope="module")
def resources() -> dict[str, dict[str, Any]]:
    """What CloudFormation's own transform makes of the template, by logical id."""
    script = (
        "import json, sys; from pathlib import Path; from samtranslator.yaml_helper import yaml_parse\n"
        "from layers.packaging.package import translated\n"
        "template = yaml_parse(Path(sys.argv[1]).read_text())\n"
        "for resource in template['Resources'].values():\n"
        "    for key in {'CodeUri', 'ContentUri'} & resource.get('Properties', {}).keys():\n"
        "        resource['Properties'][key] = 's3://bucket/code.zip'\n"
        "template['Globals']['Function'].pop('CodeUri', None)\n"
        "print(json.dumps(translated(template, 'us-east-1')['Resources']))\n"
    )
    command: list[str | Path] = [PYTHON, "-c", script, BUILT / "template.yaml"]
    run = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True
    )
    found: dict[str, dict[str, Any]] = json.loads(run.stdout)
    return found


def test_what_the_template_makes_may_be_made_changed_and_deleted_by_who_deploys(
    resources: dict[str, dict[str, Any]],
) -> None:
    may = statements("deployer")
    kinds = {body["Type"] for body in resources.values()}
    assert kinds
    assert kinds <= NEEDED.keys(), "a type that NEEDED, and perhaps deployer.json, does not know"
    refused = [
        (kind, action)
        for kind in sorted(kinds)
        for action in NEEDED[kind].split()
        if not allowed(may, action, ARNS[kind], VIA_CLOUDFORMATION)
    ]
    assert refused == []


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        ("cloudformation:CreateChangeSet", f"arn:aws:cloudformation:{HERE}:stack/tlscheck/1234", {}),
        ("cloudformation:CreateChangeSet", f"arn:aws:cloudformation:{HERE}:stack/tlscheck-probe/1234", {}),
        (
            *("cloudformation:CreateChangeSet",),
            *("arn:aws:cloudformation:us-east-1:aws:transform/Serverless-2016-10-31", {}),
        ),
        ("cloudformation:DeleteStack", f"arn:aws:cloudformation:{HERE}:stack/tlscheck/1234", {}),
        ("cloudformation:GetTemplateSummary", "*", {}),
        ("s3:PutObject", "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b/code", {}),
        ("iam:PassRole", ARNS["AWS::IAM::Role"], {"iam:PassedToService": "lambda.amazonaws.com"}),
        ("iam:PassRole", ARNS["AWS::IAM::Role"], {"iam:PassedToService": "states.amazonaws.com"}),
        ("iam:PassRole", ARNS["AWS::IAM::Role"], {"iam:PassedToService": "scheduler.amazonaws.com"}),
        ("ec2:DescribeSubnets", "*", VIA_CLOUDFORMATION),
    ],
)
def test_what_sam_itself_calls_is_allowed(action: str, resource: str, context: Context) -> None:
    assert allowed(statements("deployer"), action, resource, context)


@pytest.mark.parametrize(
    ("action", "resource", "context"),
    [
        # by hand, beside CloudFormation
        ("lambda:UpdateFunctionCode", ARNS["AWS::Lambda::Function"], {}),
        ("dynamodb:DeleteTable", ARNS["AWS::DynamoDB::Table"], {}),
        # of somebody else
        ("dynamodb:DeleteTable", TABLES_DELETED, VIA_CLOUDFORMATION),
        ("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/admin", VIA_CLOUDFORMATION),
        ("iam:PassRole", "arn:aws:iam::123456789012:role/admin", {"iam:PassedToService": "lambda.amazonaws.com"}),
        ("iam:PassRole", ARNS["AWS::IAM::Role"], {"iam:PassedToService": "ec2.amazonaws.com"}),
        ("cloudformation:DeleteStack", f"arn:aws:cloudformation:{HERE}:stack/network/1234", {}),
        # what a sweep does, a deployment does not
        ("rds:DescribeDBInstances", "*", VIA_CLOUDFORMATION),
        ("rds-db:connect", f"arn:aws:rds-db:{HERE}:dbuser:db-1/tlscheck", VIA_CLOUDFORMATION),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{HERE}:secret:tlscheck/x-a1b2c3", {}),
        ("dynamodb:GetItem", ARNS["AWS::DynamoDB::Table"], VIA_CLOUDFORMATION),
        ("s3:GetObject", "arn:aws:s3:::tlscheck-bucket-1a2b3c4d5e6f/sweeps/x/report.json", VIA_CLOUDFORMATION),
    ],
)
def test_who_deploys_may_nothing_else(action: str, resource: str, context: Context) -> None:
    assert not allowed(statements("deployer"), action, resource, context)


@pytest.mark.parametrize("name", ["deployer", "asker"])
def test_a_policy_fits_into_a_role(name: str) -> None:
    document = json.loads((FOLDER / f"{name}.json").read_text())
    assert document["Version"] == "2012-10-17"
    assert len(json.dumps(document, separators=(",", ":"))) <= MOST_INLINE


def test_who_asks_may_invoke_what_docs_say_start_a_sweep_and_read_what_came_of_it() -> None:
    may, stack = statements("asker"), Stack(NETWORK, region="us-east-1")
    for function in ("BuildTrustStore", "CheckClient", "Discover"):
        arn = f"arn:aws:lambda:{HERE}:function:{stack.resolve({'Ref': function})}"
        assert allowed(may, "lambda:InvokeFunction", arn), function
    others = {"Observe", "Report", "Probe", "Publish", "Deliver"} & template.load()["Resources"].keys()
    for function in others:
        arn = f"arn:aws:lambda:{HERE}:function:{stack.resolve({'Ref': function})}"
        assert not allowed(may, "lambda:InvokeFunction", arn), function
    sweep = stack.resolve({"Ref": "Sweep"})
    assert allowed(may, "states:StartExecution", sweep)
    assert not allowed(may, "states:StopExecution", sweep.replace("stateMachine", "execution") + ":x")
    assert not allowed(may, "states:UpdateStateMachine", sweep)
    bucket = stack.resolve({"Fn::GetAtt": ["Bucket", "Arn"]})
    assert allowed(may, "states:RedriveExecution", sweep.replace("stateMachine", "execution") + ":nightly")
    assert allowed(may, "s3:GetObject", f"{bucket}/sweeps/nightly/report.json")
    assert allowed(may, "s3:GetObject", f"{bucket}/samples/nightly/report.json")
    assert allowed(may, "s3:GetObject", f"{bucket}/trust-stores/x/rds-ca.jks")
    for folder in ("sweeps", "samples"):
        assert not allowed(may, "s3:GetObject", f"{bucket}/{folder}/nightly/batches/0001.json")
    assert not allowed(may, "s3:PutObject", f"{bucket}/sweeps/nightly/report.json")
    assert not allowed(may, "dynamodb:Query", stack.resolve({"Fn::GetAtt": ["Table", "Arn"]}))
    key = stack.resolve({"Fn::GetAtt": ["Key", "Arn"]})
    of_the_bucket = {"kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:EncryptionContext:aws:s3:arn": bucket}
    assert allowed(may, "kms:Decrypt", key, of_the_bucket)
    assert not allowed(
        may, "kms:Decrypt", key, of_the_bucket | {"kms:ViaService": "dynamodb.us-east-1.amazonaws.com"}
    )
    assert not allowed(may, "kms:Decrypt", key)


# ---------------------------------------------------------------------------- names that a second stack would meet

NAMES = (
    *("FunctionName", "LayerName", "StateMachineName", "LogGroupName", "Name", "RoleName", "PolicyName"),
    *("TableName", "BucketName", "TopicName", "QueueName", "AlarmName", "DashboardName", "KeyName"),
)
OF_ITS_VPC = {"Probe", "ProbeRegistration"}
"""A VPC has one probe, whichever stack it belongs to: a second one is refused, and says which name is taken."""


def test_a_name_that_is_written_out_is_the_stacks_or_its_vpcs_and_goes_with_it(
    resources: dict[str, dict[str, Any]],
) -> None:
    """So a stack can be deleted and made again under its name, and two stand beside each other in a Region."""
    named = {
        name: given
        for name, body in resources.items()
        for key, given in body.get("Properties", {}).items()
        if key in NAMES and body["Type"] != "AWS::Lambda::EventSourceMapping"  # which names its function
    }
    assert {"Sweep", "Probe", "ProbeRegistration", "ReportLogs"} <= named.keys()
    for name, given in named.items():
        text = given if isinstance(given, str) else given.get("Fn::Sub") or f"${{{given['Ref']}}}"
        expected = "${ProbeVpcId}" if name in OF_ITS_VPC else "${AWS::StackName}"
        assert expected in text, name
        # What outlived its stack under a fixed name would be in the way of the next one's.
        assert resources[name].get("DeletionPolicy", "Delete") == "Delete", name


def test_what_outlives_a_stack_has_a_name_that_nobody_wrote(
    resources: dict[str, dict[str, Any]],
) -> None:
    kept = {name for name, body in resources.items() if body.get("DeletionPolicy", "Delete") != "Delete"}
    assert kept == {"Table", "Bucket", "Key"}
    for name in kept:
        assert resources[name]["DeletionPolicy"] == "RetainExceptOnCreate"
        assert not set(NAMES) & resources[name]["Properties"].keys()
