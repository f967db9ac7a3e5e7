"""Runs a command line of the AWS CLI as it stands in a paper, in the emulated account: what our papers use of it.

A name of an operation and of its arguments is what botocore's model says with hyphens for capitals; an argument
that is a structure is JSON; `--query` is JMESPath of the whole answer; `"$(aws ...)"` is what another one prints.
"""

import json
import re
import shlex
import warnings
from typing import Any, Protocol

import jmespath  # type: ignore[import-untyped] # it comes without types
from botocore import xform_name


class Cloud(Protocol):
    """Whoever gives clients of an account."""

    def client(self, service: str, region: str = ...) -> Any:
        """A boto3 client."""


def run(cloud: Cloud, line: str) -> str:
    """What the command prints; raises what boto3 does where the service refuses."""
    while inner := re.search(r"\"\$\((aws [^\n]*)\)\"", line):
        line = line.replace(inner[0], shlex.quote(run(cloud, inner[1]).strip()))
    _, service, operation, *words = shlex.split(line)
    client = cloud.client(service.removesuffix("api"))
    if operation == "wait":
        name, *words = words
        waiter = client.get_waiter(name.replace("-", "_"))
        waiter.wait(**_arguments(words), WaiterConfig={"Delay": 1})
        return ""
    options = {name: _taken(words, name) for name in ("query", "output", "max-items")}
    model = client.meta.service_model.operation_model("".join(word.capitalize() for word in operation.split("-")))
    answer = getattr(client, xform_name(model.name))(**_arguments(words, model))
    answer.pop("ResponseMetadata", None)
    with warnings.catch_warnings():
        # As the CLI: a literal between backticks may go without quotes.
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        found = jmespath.search(options["query"], answer) if options["query"] else answer
    if options["output"] == "text":
        rows = found if isinstance(found, list) else [found]
        return "\n".join("\t".join(row) if isinstance(row, list) else str(row) for row in rows)
    return json.dumps(found, default=str)


def _taken(words: list[str], option: str) -> str:
    """The value of an option, which is taken out of the words; "" where it is not among them."""
    if f"--{option}" not in words:
        return ""
    place = words.index(f"--{option}")
    _, value = words[place : place + 2]
    del words[place : place + 2]
    return value


def _arguments(words: list[str], model: Any = None) -> dict[str, Any]:
    """`--stack-name tlscheck` -> {"StackName": "tlscheck"}, by the operation's names and types if it is known."""
    given = dict(zip(words[::2], words[1::2], strict=True))
    members = model.input_shape.members if model else {}
    spelt = {"--" + xform_name(name, "-"): (name, shape.type_name) for name, shape in members.items()}
    found: dict[str, Any] = {}
    for option, value in given.items():
        name, kind = spelt.get(option, ("".join(word.capitalize() for word in option[2:].split("-")), "string"))
        match kind:
            case "structure" | "list" | "map":
                found[name] = json.loads(value)
            case "integer":
                found[name] = int(value)
            case _:
                found[name] = value
    return found
