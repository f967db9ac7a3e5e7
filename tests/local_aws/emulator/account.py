"""Starts an emulated AWS account and ends it, with everything that it started and wrote.

with EmulatedAccount() as account:
    account.set_rds({"us-east-1": {"DBInstances": [...]}})
    account.client("dynamodb").list_tables()
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

ACCOUNT = "111122223333"
REGION = "us-east-1"

_ROOT = Path(__file__).parents[3]
PYTHON = _ROOT / ".venvs" / "emulator" / "bin" / "python"
_PATIENCE = 30.0
_END = 5.0


class EmulatorError(Exception):
    """The emulator isn't there, doesn't start, or was asked something that makes no sense."""


class EmulatedAccount:
    """One AWS account on a free port of this machine; start it with `with`.

    `enforce_iam` makes every call need its principal's policies to allow it. `wait_scale` shortens Wait states
    and retry intervals of state machines (0: none). All that the emulator writes is in `home` and goes with it,
    but for its log when `log` says where to put that.
    """

    def __init__(
        self,
        rds: dict[str, Any] | None = None,
        *,
        enforce_iam: bool = False,
        wait_scale: float = 1.0,
        log: Path | None = None,
        python: Path = PYTHON,
    ) -> None:
        self._rds = rds or {}
        self._enforce_iam = enforce_iam
        self._wait_scale = wait_scale
        self._python = python
        self.home = Path()
        self._process: subprocess.Popen[bytes] | None = None
        # It keeps the models that it has read; making clients from it is not safe in threads, using them is.
        self._session = boto3.Session()
        self._making_clients = threading.Lock()
        self.endpoint = ""
        self.log = log or Path()

    def __enter__(self) -> Self:
        """Start the emulator and wait until it answers; raise EmulatorError with the end of its log if not."""
        if not self._python.exists():
            raise EmulatorError(f"{self._python} is missing: make it with `make emulator`")
        self.home = Path(tempfile.mkdtemp(prefix="tlscheck-aws-"))
        try:
            self._start()
            self.set_rds(self._rds)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the emulator, its Lambda workers and its folder."""
        self._stop()

    def client(self, service: str, region: str = REGION, **options: Any) -> Any:
        """A boto3 client of the account's root user; `options` go to boto3, credentials among them."""
        credentials = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "test"}
        config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=120)
        settings = {"config": config, "endpoint_url": self.endpoint, "region_name": region, **credentials}
        with self._making_clients:
            # which service it is, is known at run time only
            return self._session.client(service, **(settings | options))  # type: ignore[call-overload]

    def set_rds(self, document: dict[str, Any]) -> None:
        """Make RDS hold what `document` says (gaps/rds/state.py) and nothing else; EmulatorError if it's wrong."""
        self._control("rds", document)

    def refuse_findings(self, refusals: dict[str, dict[str, str]]) -> None:
        """Make Security Hub refuse findings by Id (`*`: all) with {"ErrorCode", "ErrorMessage"}; {} ends it."""
        self._control("security-hub/refuse", refusals)

    def deny_hubs(self, denials: dict[str, dict[str, str]]) -> None:
        """Make Security Hub answer all calls in a Region with {"Code", "Message"}; {} ends it."""
        self._control("security-hub/deny", denials)

    def steer_logs(self, **behaviour: Any) -> None:
        """Make CloudWatch Logs behave so (gaps/logs/steering.py), and in all else as by default."""
        self._control("logs", behaviour)

    def put_log_events(self, group: str, stream: str, events: list[dict[str, Any]], region: str = REGION) -> None:
        """Let events be there: {"timestamp", "message"} (ms), of any age, and `ingestionTime` if not now."""
        self.put_logs(region, [{"group": group, "stream": stream, "events": events}])

    def put_logs(self, region: str, streams: list[dict[str, Any]]) -> None:
        """The same of many streams at once: {"group", "stream", "events"}; what isn't there is created."""
        self._control("logs/events", {"region": region, "streams": streams})

    def append_db_logs(self, region: str, files: list[dict[str, str]]) -> None:
        """Let servers have written to their log files: {"instance", "name", "text"}. set_rds takes all away."""
        self._control("rds/log-files", {"region": region, "files": files})

    def take_calls(self) -> dict[str, dict[str, int]]:
        """Calls of stood-in operations since the last time: {Region: {"rds:DescribeDBInstances": 10}}."""
        calls: dict[str, dict[str, int]] = self._control("calls", None)
        return calls

    def check_iam_login(self, token: str, host: str, port: int, user: str, region: str = REGION) -> str | None:
        """None when a database would let this IAM token in, otherwise the reason why not."""
        request = {"token": token, "host": host, "port": port, "user": user, "region": region, "account": ACCOUNT}
        answer: dict[str, Any] = self._control("iam-login", request)
        return None if answer["allowed"] else str(answer["reason"])

    def _control(self, command: str, content: Any) -> Any:
        url = f"{self.endpoint}/_tlscheck/{command}"
        body = json.dumps(content, default=datetime.isoformat).encode()
        request = urllib.request.Request(url, body, method="POST")  # noqa: S310 - http to itself
        try:
            with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - as above
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise EmulatorError(json.load(error)["error"]) from None
        except OSError as error:
            raise EmulatorError(f"the emulator does not answer: {error}\n{self._end_of_log()}") from None

    def _start(self) -> None:
        if self.log == Path():
            self.log = self.home / "emulator.log"
        with socket.create_server(("127.0.0.1", 0)) as listener, self.log.open("wb") as log:
            port = listener.getsockname()[1]
            self._process = subprocess.Popen(
                [self._python, "-m", "tests.local_aws.emulator.launch", str(listener.fileno()), str(self.home)],
                cwd=_ROOT,
                env=self._environment(port),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )
        self.endpoint = f"http://127.0.0.1:{port}"

    def _environment(self, port: int) -> dict[str, str]:
        """All that the emulator gets to see of the world."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.home),
            "TMPDIR": str(self.home),
            "STATE_DIR": str(self.home / "state"),
            "S3_DATA_DIR": str(self.home / "s3"),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            # never a Docker daemon of this machine: the emulator would remove containers there
            "DOCKER_HOST": f"unix://{self.home}/no-docker.sock",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "test",
            "AUTH": "true" if self._enforce_iam else "false",
            "SFN_WAIT_SCALE": str(self._wait_scale),
        }

    def _stop(self) -> None:
        if self._process is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_END)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        shutil.rmtree(self.home, ignore_errors=True)

    def _end_of_log(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


if sys.platform == "win32":
    raise EmulatorError("the emulator needs fork, process groups and inherited sockets")
