"""A function in the emulated account that answers in a probe's place, as it is told to."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Self

from tlscheck.edges.aws import ssm

from tests.local_aws.emulator.account import ACCOUNT, EmulatedAccount

CODE = """
import json, os, pathlib, time, zlib

class ProbeBroke(Exception):
    pass

def handler(event, context):
    behaviour = json.loads(pathlib.Path(os.environ["BEHAVIOUR"]).read_text())
    time.sleep(behaviour.get("sleep", 0))
    if "raise" in behaviour:
        raise ProbeBroke(behaviour["raise"])
    if "answer" in behaviour:
        return behaviour["answer"]
    if "usual" in behaviour:
        each = [target["arn"] for target in event["targets"]]
        usual = behaviour["usual"]
        return {"observations": [{**usual[zlib.crc32(arn.encode()) % len(usual)], "arn": arn} for arn in each]}
    known = behaviour["observations"]
    named = {"tlscheck": behaviour["edition"]} if "edition" in behaviour else {}
    seen = [known[target["arn"]] for target in event["targets"] if target["arn"] in known]
    return {"observations": seen, **named}
"""

_numbers = count(1)


class StandinProbe:
    """The function, deployed with `with`: it stays warm while its behaviour changes."""

    def __init__(self, account: EmulatedAccount, folder: Path, timeout: int = 30) -> None:
        self._client = account.client("lambda")
        self._name = f"tlscheck-probe-{next(_numbers)}"
        self._behaviour = folder / f"{self._name}.json"
        self._timeout = timeout
        self.arn = ""

    def __enter__(self) -> Self:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as packed:
            packed.writestr("standin.py", CODE)
        self.arn = self._client.create_function(
            FunctionName=self._name,
            Runtime="python3.13",
            Handler="standin.handler",
            Role=f"arn:aws:iam::{ACCOUNT}:role/probe",
            Code={"ZipFile": archive.getvalue()},
            Timeout=self._timeout,
            Environment={"Variables": {"BEHAVIOUR": str(self._behaviour)}},
        )["FunctionArn"]
        return self

    def __exit__(self, *_: object) -> None:
        self._client.delete_function(FunctionName=self._name)

    def behave(self, **behaviour: Any) -> None:
        """From now on it sleeps, raises, or gives a fixed `answer`, or for each target one of the `usual`
        observations; else its `observations` and `edition`.
        """
        self._behaviour.write_text(json.dumps(behaviour))


@contextmanager
def registered(account: EmulatedAccount, network: str, arn: str) -> Iterator[None]:
    """Registers a function as the probe of a VPC."""
    client = account.client("ssm")
    client.put_parameter(Name=f"/tlscheck/probes/{network}", Value=arn, Type="String")
    ssm.forget()
    try:
        yield
    finally:
        client.delete_parameter(Name=f"/tlscheck/probes/{network}")
        ssm.forget()
