"""Reads lake/template.yaml with its short forms (!Ref, !Sub, ...) as the long ones."""

import copy
import functools
import pathlib

import yaml

TEMPLATE = pathlib.Path(__file__).resolve().parents[1] / "template.yaml"


class Loader(yaml.SafeLoader):
    """Knows CloudFormation's tags."""


def tagged(loader, name, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if name == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name if name == "Ref" else f"Fn::{name}": value}


Loader.add_multi_constructor("!", tagged)


@functools.cache
def parsed():
    return yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader)


def template():
    """A copy that may be changed."""
    return copy.deepcopy(parsed())


def of_type(stack, kind):
    return {name: one for name, one in stack["Resources"].items() if one["Type"] == kind}


def listed(value):
    return value if isinstance(value, list) else [value]
