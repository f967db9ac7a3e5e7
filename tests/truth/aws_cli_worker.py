"""The AWS CLI's own code, run by the Python that has it: each line of standard input is a command's words in JSON.

A line's answer says how the command ended and what it asked of AWS. `offline`, nothing is asked: what would be
sent is parsed by the CLI and checked by botocore's model of the service, and then answered as if all were well.
"""

import contextlib
import io
import json
import sys
from typing import Any

from awscli.clidriver import create_clidriver

ALL_IS_WELL = {
    "DescribeDBInstances": {"DBInstances": [{"DBInstanceStatus": "available"}]},
    "DescribeDBClusters": {"DBClusters": [{"Status": "available"}]},
}
"""What `aws rds wait` waits for."""


class _Answer:
    status_code = 200


def main() -> None:
    """Answer until the standard input ends."""
    driver = create_clidriver()
    asked: list[tuple[str, Any]] = []

    def note(params: Any, model: Any, **_: object) -> None:
        asked.append((model.name, params))

    def answer(model: Any, **_: object) -> tuple[_Answer, dict[str, Any]]:
        return _Answer(), ALL_IS_WELL.get(model.name, {})

    driver.session.register("before-parameter-build", note)
    if "offline" in sys.argv:
        driver.session.register("before-call", answer)
    for line in sys.stdin:
        asked.clear()
        told = io.StringIO()
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(told):
            try:
                code = driver.main(json.loads(line))
            except SystemExit as ended:
                code = ended.code
        print(json.dumps({"code": code, "asked": asked, "told": told.getvalue()}), flush=True)


if __name__ == "__main__":
    main()
