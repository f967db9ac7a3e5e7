"""A CloudWatch Logs that says what a test has it say: over HTTP, so that botocore reads and retries as it does."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

type Asked = dict[str, Any]
type Answer = Callable[[Asked], Asked | "Refusal" | bytes]
"""What of a question makes its answer; bytes are its very body."""


class Refusal(Exception):  # noqa: N818 - what the service answers
    """An error of the service: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.body = json.dumps({"__type": code, "message": message}).encode()


@contextmanager
def answering(answers: dict[str, Answer], asked: list[tuple[str, Asked]]) -> Iterator[str]:
    """Its address, while it answers: by operation what makes an answer of what was asked, which is noted down."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].split(".")[1]
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            asked.append((operation, said))
            answer = answers[operation](said)
            refused = isinstance(answer, Refusal)
            if isinstance(answer, Refusal):
                body = answer.body
            else:
                body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(400 if refused else 200)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()
