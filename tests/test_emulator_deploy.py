"""A built SAM template becomes a stack of the emulated account, or an error that says what failed."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.packaging.zips import zipped
from tests.local_aws.deploy import DeployError, deploy
from tests.local_aws.emulator.account import EmulatedAccount

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Parameters:
  Greeting: {Type: String, Default: good morning}
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: code
      Handler: app.handler
      Runtime: python3.13
      Timeout: 10
      Layers: [!Ref Words]
      Environment: {Variables: {GREETING: !Ref Greeting}}
  Words:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: layer
Outputs:
  Function: {Value: !Ref Greet}
"""
CODE = """
import os, words
def handler(event, context):
    return words.JOINED.join([os.environ["GREETING"], event])
"""


@pytest.fixture(scope="module")
def account() -> Iterator[EmulatedAccount]:
    with EmulatedAccount() as started:
        yield started


@pytest.fixture
def built(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(CODE)
    (tmp_path / "layer" / "python").mkdir(parents=True)
    (tmp_path / "layer" / "python" / "words.py").write_text("JOINED = ', '")
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path / "template.yaml"


def test_a_template_is_deployed_and_updated_with_its_parameters(account: EmulatedAccount, built: Path) -> None:
    for parameters, said in (({}, "good morning, orders"), ({"Greeting": "good night"}, "good night, orders")):
        stack = deploy(account, built, parameters=parameters)
        assert stack.outputs["Function"] == stack.resources["Greet"]
        answer = account.client("lambda").invoke(FunctionName=stack.outputs["Function"], Payload='"orders"')
        assert json.load(answer["Payload"]) == said


def test_what_globals_said_before_the_build_does_not_matter(account: EmulatedAccount, built: Path) -> None:
    before = "Globals:\n  Function:\n    CodeUri: functions\n"
    built.write_text(TEMPLATE.replace("Parameters:", f"{before}Parameters:"))
    assert deploy(account, built, stack="with-globals").resources["Greet"]


def test_a_folder_that_is_missing_is_named(account: EmulatedAccount, built: Path) -> None:
    built.write_text(TEMPLATE.replace("CodeUri: code", "CodeUri: nowhere"))
    with pytest.raises(DeployError, match="nowhere is not a folder"):
        deploy(account, built, stack="missing")


def test_a_resource_that_fails_is_named_with_its_reason(account: EmulatedAccount, built: Path) -> None:
    built.write_text(TEMPLATE.replace("AWS::Serverless::LayerVersion", "AWS::Nothing::Known"))
    with pytest.raises(DeployError, match="AWS::Nothing::Known"):
        deploy(account, built, stack="failing")


def test_a_zip_depends_on_names_and_contents_only(built: Path) -> None:
    before = zipped(built.parent / "code")
    (built.parent / "code" / "app.py").touch()
    assert zipped(built.parent / "code") == before
