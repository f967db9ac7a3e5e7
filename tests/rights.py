"""What each role of a stack must be able to do, with ARNs and condition keys as AWS forms them for such a call.

Sources: the service authorization reference for each action's resource types and condition keys; the KMS pages of
S3, DynamoDB, SNS and Secrets Manager for what they ask of it for their caller (`kms:ViaService`, the context).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.iam import Context
from tests.resolved import SUFFIXES, Stack

FOLDERS = tuple(f"{kind}/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0" for kind in ("sweeps", "samples"))
"""An execution's name stands in the names of its objects."""


@dataclass(frozen=True)
class Call:
    """One call of one role."""

    role: str
    """Logical id of its function, of the state machine, or of a role of the template."""

    action: str
    resource: str
    context: Context


@dataclass(frozen=True)
class Place:
    """Where a stack stands, and ARNs of what lies there, in its account and in its partition."""

    stack: Stack

    def arn(self, service: str, rest: str, region: str | None = None, account: str | None = None) -> str:
        """`arn:<partition>:<service>:<region>:<account>:<rest>`: the stack's Region and account unless told."""
        region = self.stack.region if region is None else region
        account = self.stack.account if account is None else account
        return f"arn:{self.stack.partition}:{service}:{region}:{account}:{rest}"

    def own(self, logical_id: str, attribute: str = "Arn") -> str:
        """ARN of a resource of the stack."""
        found: str = self.stack.resolve({"Fn::GetAtt": [logical_id, attribute]})
        return found

    def object(self, key: str) -> str:
        """ARN of an object of the stack's bucket."""
        return f"{self.own('Bucket')}/{key}"

    def secret(self, name: str, region: str | None = None, account: str | None = None) -> str:
        """ARN of a secret: six characters follow its name."""
        return self.arn("secretsmanager", f"secret:{name}-a1B2c3", region, account)

    def via(self, service: str, region: str | None = None) -> dict[str, str]:
        """What KMS sees of a call that another service makes for its caller."""
        return {"kms:ViaService": f"{service}.{region or self.stack.region}.{SUFFIXES[self.stack.partition]}"}

    def under_secret(self, arn: str) -> dict[str, str]:
        """What KMS sees of a call of Secrets Manager for a secret."""
        return {**self.via("secretsmanager", arn.split(":")[3]), "kms:EncryptionContext:SecretARN": arn}


def of_key(place: Place, role: str, service: str, *actions: str) -> Iterator[Call]:
    """What a service asks of the stack's key for a role."""
    key = place.stack.resolve({"Fn::If": ["MakesKey", {"Fn::GetAtt": ["Key", "Arn"]}, {"Ref": "KeyArn"}]})
    yield from (Call(role, f"kms:{action}", key, place.via(service)) for action in actions)


_DESCRIBED = {
    "DescribeDBInstances": "db:orders-prod",
    "DescribeDBClusters": "cluster:payments",
    "DescribeDBParameters": "pg:orders-17",
    "DescribeDBClusterParameters": "cluster-pg:payments-16",
    "DescribeDBProxies": "db-proxy:prx-0123456789abcdef0",
    "DescribeDBProxyTargets": "target-group:prx-tg-0123456789abcdef0",
    "DescribeDBShardGroups": "shard-group:shardgroup-0123456789abcdef0",
    "DescribePendingMaintenanceActions": "db:orders-prod",
}
_OFFERED = (
    "rds:DescribeCertificates",
    "rds:DescribeDBEngineVersions",
    "rds:DescribeDBMajorEngineVersions",
    "rds:DescribeEngineDefaultParameters",
    "rds:DescribeEngineDefaultClusterParameters",
    "ec2:DescribeRegions",
)
_TABLES_KEY = ("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")


def of_discover(place: Place, elsewhere: str) -> Iterator[Call]:
    """Of Discover; `elsewhere` is another Region of the partition."""
    role, table = "Discover", place.own("Table")
    for region in (place.stack.region, elsewhere):
        for action, resource in _DESCRIBED.items():
            # A list without a name is asked of all of its kind.
            for named in (resource, f"{resource.split(':')[0]}:*"):
                yield Call(role, f"rds:{action}", place.arn("rds", named, region), {})
        yield Call(role, "securityhub:DescribeHub", place.arn("securityhub", "hub/default", region), {})
    yield from (Call(role, action, "*", {}) for action in _OFFERED)
    for index in ("by_listing", "by_kind"):
        yield Call(role, "dynamodb:Query", f"{table}/index/{index}", {"dynamodb:LeadingKeys": ("database",)})
    for action in ("dynamodb:UpdateItem", "dynamodb:DeleteItem"):
        yield Call(role, action, table, {"dynamodb:LeadingKeys": ("running",)})
    yield Call(role, "dynamodb:UpdateItem", table, {"dynamodb:LeadingKeys": ("skipped",)})
    key = f"{place.stack.partition}:{place.stack.account}:{place.stack.region}:db-ABCDEFGHIJKLMNOP"
    yield Call(role, "dynamodb:BatchGetItem", table, {"dynamodb:LeadingKeys": (key,)})
    for region in (place.stack.region, elsewhere):
        yield Call(role, "logs:DescribeLogGroups", place.arn("logs", "log-group::log-stream:", region), {})
    yield from (Call(role, "s3:PutObject", place.object(f"{folder}/plan.json"), {}) for folder in FOLDERS)
    name = f"{place.stack.name}-Sweep"
    yield Call(role, "states:ListExecutions", place.arn("states", f"stateMachine:{name}"), {})
    yield Call(role, "states:DescribeExecution", place.arn("states", f"execution:{name}:0f1e2d3c"), {})
    for region in (place.stack.region, elsewhere):
        yield Call(role, "ssm:GetParametersByPath", place.arn("ssm", "parameter/tlscheck/probes", region), {})
    yield from of_key(place, role, "dynamodb", *_TABLES_KEY)
    yield from of_key(place, role, "s3", "Decrypt", "GenerateDataKey")


def of_observe(place: Place, elsewhere: str) -> Iterator[Call]:
    """Of Observe."""
    role, table = "Observe", place.own("Table")
    for folder in FOLDERS:
        yield Call(role, "s3:GetObject", place.object(f"{folder}/batches/00001.json"), {})
        yield Call(role, "s3:PutObject", place.object(f"{folder}/results/00001.json"), {})
    yield Call(role, "cloudwatch:GetMetricData", "*", {})
    yield Call(role, "s3:ListBucket", place.own("Bucket"), {})
    key = f"{place.stack.partition}:{place.stack.account}:{place.stack.region}:db-ABCDEFGHIJKLMNOP"
    for action in ("dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"):
        yield Call(role, action, table, {"dynamodb:LeadingKeys": (key,)})
    for index in ("by_listing", "by_kind"):
        yield Call(role, "dynamodb:Query", f"{table}/index/{index}", {})
    for region in (place.stack.region, elsewhere):
        parameter = place.arn("ssm", "parameter/tlscheck/probes/vpc-0a1b2c3d", region)
        yield Call(role, "ssm:GetParameter", parameter, {})
        for group in ("instance/orders", "cluster/ledger"):
            log = place.arn("logs", f"log-group:/aws/rds/{group}/postgresql:log-stream:", region)
            yield Call(role, "logs:FilterLogEvents", log, {})
            yield Call(role, "logs:StartQuery", log, {})
        yield Call(role, "logs:DescribeLogGroups", place.arn("logs", "log-group::log-stream:", region), {})
        for action in ("DescribeDBLogFiles", "DownloadDBLogFilePortion"):
            yield Call(role, f"rds:{action}", place.arn("rds", "db:orders-prod", region), {})
        for action in ("logs:GetQueryResults", "logs:StopQuery"):
            yield Call(role, action, "*", {})
        probe = place.arn("lambda", "function:tlscheck-probe-vpc-0a1b2c3d", region)
        yield Call(role, "lambda:InvokeFunction", probe, {})
    yield from of_key(place, role, "dynamodb", *_TABLES_KEY)
    yield from of_key(place, role, "s3", "Decrypt", "GenerateDataKey")


def of_probe(place: Place, elsewhere: str) -> Iterator[Call]:
    """Of the probe of a stack that lets it use master users' secrets too, under keys of anybody's."""
    role = "Probe"
    for region in (place.stack.region, elsewhere):
        resource = "dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/tlscheck"
        yield Call(role, "rds-db:connect", place.arn("rds-db", resource, region), {})
        for name in (
            "tlscheck/orders",
            "tlscheck/team/orders",
            "rds!db-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "rds!cluster-0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
        ):
            secret = place.secret(name, region)
            yield Call(role, "secretsmanager:GetSecretValue", secret, {})
            for account in (place.stack.account, "999999999999"):
                key = place.arn("kms", "key/mrk-1234abcd12ab34cd56ef1234567890ab", region, account)
                yield Call(role, "kms:Decrypt", key, place.under_secret(secret))


def of_deliver(place: Place, elsewhere: str) -> Iterator[Call]:
    """Of Deliver."""
    role, stream = "Deliver", place.own("Table", "StreamArn")
    for action in ("DescribeStream", "GetRecords", "GetShardIterator"):
        yield Call(role, f"dynamodb:{action}", stream, {})
    yield Call(role, "dynamodb:ListStreams", "*", {})
    for region in (place.stack.region, elsewhere):
        product = place.arn("securityhub", f"product/{place.stack.account}/default", region)
        yield Call(role, "securityhub:BatchImportFindings", product, {})
    written = {"dynamodb:Attributes": ("pk", "sk", "delivered_at", "delivered_as", "refused", "listed", "due")}
    yield Call(role, "dynamodb:UpdateItem", place.own("Table"), written)
    read: Context = {"dynamodb:Attributes": ("pk", "sk", "document"), "dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
    yield Call(role, "dynamodb:GetItem", place.own("Table"), read)
    yield Call(role, "sqs:SendMessage", place.own("UnpublishedFindings"), {})
    yield from of_key(place, role, "dynamodb", *_TABLES_KEY)


def of_report(place: Place, _elsewhere: str) -> Iterator[Call]:
    """Of Report."""
    role, table = "Report", place.own("Table")
    for folder in FOLDERS:
        for key in ("plan.json", "results/00001.json"):
            yield Call(role, "s3:GetObject", place.object(f"{folder}/{key}"), {})
        yield Call(role, "s3:PutObject", place.object(f"{folder}/report.json"), {})
    yield Call(role, "s3:ListBucket", place.own("Bucket"), {})
    yield Call(role, "dynamodb:Query", table, {})
    yield Call(role, "dynamodb:Query", f"{table}/index/by_listing", {})
    yield Call(role, "dynamodb:DeleteItem", table, {"dynamodb:LeadingKeys": ("running",)})
    yield Call(role, "dynamodb:UpdateItem", table, {"dynamodb:LeadingKeys": ("skipped",)})
    yield Call(role, "sns:Publish", place.own("Topic", "TopicArn"), {})
    yield from of_key(place, role, "dynamodb", *_TABLES_KEY)
    yield from of_key(place, role, "s3", "Decrypt", "GenerateDataKey")
    yield from of_key(place, role, "sns", "Decrypt", "GenerateDataKey")


def of_the_console(place: Place, _elsewhere: str) -> Iterator[Call]:
    """Of the doors that a person opens."""
    yield Call("BuildTrustStore", "s3:PutObject", place.object("trust-stores/20261124/rds.pem"), {})
    yield from of_key(place, "BuildTrustStore", "s3", "GenerateDataKey")


def of_sweep(place: Place, _elsewhere: str) -> Iterator[Call]:
    """Of the state machine and of its schedules."""
    role, name = "Sweep", f"{place.stack.name}-Sweep"
    for function in ("Discover", "Observe", "Report"):
        yield Call(role, "lambda:InvokeFunction", place.own(function), {})
    yield from (Call(role, "s3:GetObject", place.object(f"{folder}/plan.json"), {}) for folder in FOLDERS)
    yield from of_key(place, role, "s3", "Decrypt")
    yield Call(role, "states:StartExecution", place.arn("states", f"stateMachine:{name}"), {})
    for action in ("states:DescribeExecution", "states:RedriveExecution"):
        yield Call(role, action, place.arn("states", f"execution:{name}/Databases:0f1e2d3c"), {})
    for action in ("CreateLogDelivery", "PutResourcePolicy", "DescribeLogGroups"):
        yield Call(role, f"logs:{action}", "*", {})
    yield Call("ScheduleRole", "states:StartExecution", place.own("Sweep"), {})
    yield Call("ScheduleRole", "sqs:SendMessage", place.own("DeadLetters"), {})


def of_every_function(place: Place, _elsewhere: str) -> Iterator[Call]:
    """Logs and traces, which SAM's policies let a function write."""
    for role in ("Discover", "Probe", "Observe", "Deliver", "Report", "BuildTrustStore", "CheckClient"):
        stream = place.arn(
            "logs", f"log-group:/aws/lambda/{place.stack.name}-{role}:log-stream:2026/11/24/[$LATEST]0"
        )
        yield Call(role, "logs:CreateLogStream", stream, {})
        yield Call(role, "logs:PutLogEvents", stream, {})
        yield Call(role, "xray:PutTraceSegments", "*", {})
    yield Call("Probe", "ec2:CreateNetworkInterface", "*", {})
    yield Call("Probe", "ec2:DeleteNetworkInterface", "*", {})


def calls(stack: Stack, elsewhere: str) -> list[Call]:
    """Every call of every role of a full stack with a probe, also in another Region of its partition."""
    place = Place(stack)
    makers = (
        *(of_discover, of_observe, of_probe, of_deliver, of_report),
        *(of_the_console, of_sweep, of_every_function),
    )
    return [call for made in makers for call in made(place, elsewhere)]
