"""template.yaml as data, and its state machine as Amazon States Language (`python -m tests.template`)."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parent.parent / "template.yaml"
MAPS = ("Databases", "Samples")
"""States of Sweep that do a batch each: of a full sweep, and of a sample."""

PSEUDO_PARAMETERS = {"AWS::Partition": "aws", "AWS::Region": "eu-central-1", "AWS::AccountId": "123456789012"}


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as the long ones: `!Ref Table` becomes `{"Ref": "Table"}`."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
        return {name: value.split(".", 1) if suffix == "GetAtt" else value}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    raise TypeError(f"{node.start_mark}: !{suffix} stands before something that it never stands before")


_Loader.add_multi_constructor("!", _long_form)


def load(path: Path = TEMPLATE) -> dict[str, Any]:
    """The whole template; another one's by its path."""
    template: dict[str, Any] = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a SafeLoader's subclass
    return template


def module_of(logical_id: str) -> str:
    """The module of functions/ that a function's logical id names: `BuildTrustStore` -> `build_trust_store`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", logical_id).lower()


def nodes() -> yaml.Node:
    """The template's YAML nodes, which know the lines that they stand on."""
    node = yaml.compose(TEMPLATE.read_text(), Loader=_Loader)
    assert node is not None
    return node


def state_machine() -> dict[str, Any]:
    """Sweep's definition, with ARNs of an example account where the template names its own resources."""
    definition: dict[str, Any] = _resolved(load()["Resources"]["Sweep"]["Properties"]["Definition"])
    return definition


def _resolved(value: Any) -> Any:
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            return f"arn:aws:lambda:eu-central-1:123456789012:function:{name}"
        case {"Fn::Sub": str(text)}:
            return re.sub(r"\$\{(.+?)\}", lambda found: PSEUDO_PARAMETERS[found[1]], text)
        case dict():
            return {key: _resolved(inner) for key, inner in value.items()}
        case list():
            return [_resolved(inner) for inner in value]
    return value


def scheduled(depth: str) -> Any:
    """What a schedule of the template starts a sweep of this depth with, where nobody changes a parameter."""
    document = load()
    for event in document["Resources"]["Sweep"]["Properties"]["Events"].values():
        match event["Properties"]["Input"]:
            case {"Fn::Sub": str(text)}:
                text = re.sub(r"\$\{(.+?)\}", lambda found: document["Parameters"][found[1]]["Default"], text)
            case text:
                pass
        if (given := json.loads(text))["depth"] == depth:
            return given
    raise KeyError(depth)


def for_statelint() -> dict[str, Any]:
    """The same without the one field that is AWS's own and not the States Language's, which statelint refuses."""
    definition = state_machine()
    for name in MAPS:
        del definition["States"][name]["ItemReader"]["ReaderConfig"]["InputType"]
    return definition


if __name__ == "__main__":
    print(json.dumps(for_statelint(), indent=2))
