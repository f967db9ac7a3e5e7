"""Says, as JSON, what ministack does without any of the stand-ins; run by the emulator's own interpreter.

tests/test_emulator_gaps.py compares it with what each stand-in is there for, so that a new ministack that has
learnt something is noticed, and the stand-in can go.
"""

import asyncio
import importlib.metadata
import inspect
import io
import json
import time
import zipfile
from typing import Any
from urllib.parse import urlencode

from ministack import app
from ministack.core import iam_actions, iam_evaluator, rds_iam
from ministack.core.responses import request_scope
from ministack.services import (
    account,
    cloudwatch_logs,
    eventbridge,
    lambda_svc,
    rds,
    s3,
    scheduler,
    secretsmanager,
    stepfunctions,
)
from ministack.services.cloudformation import provisioners

_CODE = """
import os, sys
def path(event, context):
    try:
        import ministack
        leaked = True
    except ImportError:
        leaked = False
    return {"leaked": leaked, "emulators": [name for name in os.environ if name in ("GATEWAY_PORT", "AUTH")]}
def fail(event, context):
    raise KeyError("of a class of its own")
"""


def main() -> None:
    """Print every fact."""
    with request_scope("111122223333", "us-east-1"):
        facts = {
            "version": importlib.metadata.version("ministack"),
            "has Security Hub": "securityhub" in app.SERVICE_HANDLERS,
            "DescribeCertificates": _rds("DescribeCertificates"),
            "DescribeEngineDefaultParameters": _rds(
                "DescribeEngineDefaultParameters", DBParameterGroupFamily="postgres17"
            ),
            "default group": _rds("DescribeDBParameters", DBParameterGroupName="default.postgres17"),
            "disabled Regions": _disabled_regions(),
            "error type": _invoke("fail")["errorType"],
            "function": _invoke("path"),
            "rate schedule fires at once": _fires_at_once(),
            "partial batch failures": "ReportBatchItemFailures"
            in inspect.getsource(lambda_svc._poll_dynamodb_streams),
            "stopped Maps stop": "ABORTED"
            in inspect.getsource(stepfunctions._run_distributed_map)
            + inspect.getsource(stepfunctions._run_sub_machine),
            "authorizes paths": '"Path"' in inspect.getsource(iam_actions).split('if service == "ssm":')[1][:2000],
            "reads MaxConcurrencyPath": "MaxConcurrencyPath" in inspect.getsource(stepfunctions),
            "knows Express children": "ExecutionType" in inspect.getsource(stepfunctions),
            "alarm on an expression": _alarm_on_an_expression(),
            # Handed on from a proxy in front only: its own plain HTTP is none.
            "secure transport without a proxy": "x-forwarded-proto"
            not in inspect.getsource(app).split("pin_request_origin(")[1].split(")\n")[0],
            "secrets are under a key": "kms:Decrypt" in inspect.getsource(secretsmanager),
            "IAM login to PostgreSQL": "postgres" in inspect.getsource(rds_iam.authorize_rds_iam_token),
        }
        facts |= {
            "code of another account's bucket": "_bucket_owner_account" in inspect.getsource(s3._get_object_data),
            "every account an organisation": "get_scoped(account_id"
            in inspect.getsource(iam_evaluator._principal_org_id),
            "a policy's variables": _fills_in_a_policys_variables(),
        }
        facts |= _logs()
    print(json.dumps(facts))


def _logs() -> dict[str, Any]:
    """What it reads of CloudWatch Logs."""
    for name, kind in (("group", "STANDARD"), ("rare", "INFREQUENT_ACCESS")):
        _ask_logs("CreateLogGroup", logGroupName=name, logGroupClass=kind)
        for stream in ("a.0", "b.0"):
            _ask_logs("CreateLogStream", logGroupName=name, logStreamName=stream)
            texts = ("Authorized connection of one", "connection authorized: of another")
            entries = [{"timestamp": 1_000 * at, "message": text} for at, text in enumerate(texts, 1)]
            _ask_logs("PutLogEvents", logGroupName=name, logStreamName=stream, logEvents=entries)
    _ask_logs("PutRetentionPolicy", logGroupName="group", retentionInDays=1)

    def found(**request: Any) -> int:
        return len(_ask_logs("FilterLogEvents", **({"logGroupName": "group"} | request))["events"])

    answer = _ask_logs("FilterLogEvents", logGroupName="group", limit=1)
    return {
        "phrases are phrases": found(filterPattern='"authorized connection"') == 0,
        "prefix of streams": found(logStreamNamePrefix="a.") == 2,
        "a page has a next": "nextToken" in answer,
        "rare groups are not filtered": "events" not in _ask_logs("FilterLogEvents", logGroupName="rare"),
        "retention": found() == 0,
        "queries count": "count(*)" in _query("stats count(*) by bin(1h)"),
        "queries parse": "what" in _query('parse @message "Authorized * of" as what | display what'),
        "group names have a case": _ask_logs("DescribeLogGroups", logGroupNamePattern="GROUP")["logGroups"] == [],
    }


def _query(text: str) -> list[str]:
    """Fields of the first row."""
    asked = {"logGroupName": "group", "startTime": 0, "endTime": 10, "queryString": text}
    answer = _ask_logs("GetQueryResults", queryId=_ask_logs("StartQuery", **asked)["queryId"])
    return [cell["field"] for cell in answer["results"][0]]


def _ask_logs(name: str, **request: Any) -> Any:
    headers = {"x-amz-target": f"Logs_20140328.{name}"}
    body = json.dumps(request).encode()
    _, _, answer = asyncio.run(cloudwatch_logs.handle_request("POST", "/", headers, body, {}))
    return json.loads(answer or b"{}")


def _fills_in_a_policys_variables() -> bool:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject"}
    policy = {"Statement": [statement | {"Resource": "arn:aws:s3:::b/${aws:PrincipalAccount}/x"}]}
    context = iam_evaluator.EvalContext(
        principal_arn="arn:aws:iam::111122223333:root",
        principal_type="Root",
        principal_account="111122223333",
        action="s3:PutObject",
        resource_arn="arn:aws:s3:::b/111122223333/x",
        region="us-east-1",
    )
    return bool(iam_evaluator.evaluate_resource_policy(json.dumps(policy), context).decision == "Allow")


def _rds(action: str, **parameters: str) -> str:
    body = urlencode({"Action": action, "Version": "2014-10-31", **parameters}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded"}
    _, _, answer = asyncio.run(rds.handle_request("POST", "/", headers, body, {}))
    text = answer.decode() if isinstance(answer, bytes) else str(answer)
    return text.split("<Code>")[1].split("</Code>")[0] if "<Code>" in text else "answered"


def _disabled_regions() -> Any:
    body = json.dumps({"RegionOptStatusContains": ["DISABLED"]}).encode()
    _, _, answer = asyncio.run(account.handle_request("POST", "/listRegions", {}, body, {}))
    return json.loads(answer)["Regions"]


def _invoke(handler: str) -> Any:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", _CODE)
    config = {
        "FunctionName": handler,
        "FunctionArn": f"arn:aws:lambda:us-east-1:111122223333:function:{handler}",
        "Runtime": "python3.13",
        "Handler": f"app.{handler}",
        "Timeout": 10,
    }
    try:
        result = lambda_svc._execute_function_warm({"config": config, "code_zip": code.getvalue()}, {}, "request")
    finally:
        lambda_svc.invalidate_worker(handler)
    return result["body"]


def _alarm_on_an_expression() -> str:
    try:
        provisioners._cw_metric_alarm_record("alarm", {"Metrics": [{"Id": "e", "Expression": "1"}]})
    except ValueError as error:
        return str(error)
    return "created"


def _fires_at_once() -> bool:
    fired: list[Any] = []
    eventbridge._invoke_target = lambda target, *_: fired.append(target)
    target = {"Arn": "arn:aws:sqs:us-east-1:111122223333:q", "RoleArn": "arn:aws:iam::111122223333:role/r"}
    scheduler._create_schedule(
        "new",
        {"ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target},
    )
    time.sleep(0.01)
    scheduler._tick_schedules()
    return bool(fired)


if __name__ == "__main__":
    main()
