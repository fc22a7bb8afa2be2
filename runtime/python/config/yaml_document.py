"""Configuration files in YAML 1.2. The only file that imports the YAML library, which is installed with the extra `yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml

from ..value.codec import MAXIMUM_DEPTH
from .draft import Draft, unreadable
from .path import steps_of

_TAG = "tag:yaml.org,2002:"
# More than anybody writes: aliases can make much of little.
_MOST_VALUES = 100_000


class _Loader(yaml.SafeLoader):
    """Reads scalars as YAML 1.2 does: `yes` is a text, and so is a date."""


_Loader.yaml_implicit_resolvers = {}

for _kind, _form, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(rf"(?:{_form})\Z"), _first)


class _Unreadable(Exception):
    """Something that no configuration has, and where."""

    def __init__(self, why: str, mark: yaml.Mark | None) -> None:
        super().__init__(why)
        self.mark = mark


def read_yaml(text: str, file: str) -> Draft:
    """Reads the text of a file.

    file: how it is called, for findings
    """
    try:
        root = yaml.compose(text, _Loader)
        value = None if root is None else _Values().of(root, 1)
    except _Unreadable as reason:
        return unreadable(str(reason), _at(file, reason.mark))
    except yaml.MarkedYAMLError as reason:
        return unreadable(_reason_of(reason, text), _at(file, reason.problem_mark))
    except yaml.YAMLError as reason:
        return unreadable(" ".join(str(reason).split()), file)

    def place(pointer: str) -> str:
        mark = None if root is None else _mark_of(root, steps_of(pointer))
        where = f"{file}:1:1" if mark is None else _at(file, mark)
        return f"{where} {pointer}".rstrip()

    return Draft(value, [], place)


class _Values:
    """Makes values of nodes, and counts them."""

    def __init__(self) -> None:
        self._left = _MOST_VALUES

    def of(self, node: yaml.Node, depth: int) -> object:
        """The value of a node, as JSON has it."""
        self._left -= 1
        if self._left < 0:
            raise _Unreadable("it says more than anybody writes", node.start_mark)
        if depth > MAXIMUM_DEPTH:
            raise _Unreadable(f"it nests deeper than {MAXIMUM_DEPTH} levels, or contains itself", None)
        if isinstance(node, yaml.MappingNode):
            return {name: self.of(value, depth + 1) for name, value in _entries(node)}
        if isinstance(node, yaml.SequenceNode):
            return [self.of(item, depth + 1) for item in node.value]
        return _scalar(node)


def _entries(node: yaml.MappingNode) -> Iterator[tuple[str, yaml.Node]]:
    names: set[str] = set()
    for name, value in node.value:
        if not isinstance(name, yaml.ScalarNode):
            raise _Unreadable("the name of a setting is a text", name.start_mark)
        if name.value in names:
            raise _Unreadable("names in a group must be unique", name.start_mark)
        names.add(name.value)
        yield name.value, value


def _scalar(node: yaml.Node) -> object:
    kind, text = node.tag.removeprefix(_TAG), str(node.value)
    if kind == "str":
        return text
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        if kind == "float":
            return float(text)
    except ValueError as reason:
        raise _Unreadable(str(reason), node.start_mark) from reason
    raise _Unreadable(f"the tag {node.tag} is not for a configuration", node.start_mark)


def _reason_of(reason: yaml.MarkedYAMLError, text: str) -> str:
    """What is wrong with a document, in words for who writes it."""
    mark = reason.problem_mark
    if reason.context == "expected a single document in the stream":
        return "it holds several documents, and is to be one"
    # Within braces and brackets, a brace that follows a dollar sign is one of YAML's own.
    if mark is not None and text.startswith("${", mark.index - 1):
        return 'within { } and [ ], a variable has quotes around it: "${NAME}"'
    return ", ".join(part for part in (reason.context, reason.problem) if part)


def _mark_of(node: yaml.Node, steps: Sequence[str]) -> yaml.Mark:
    """Where a setting stands, or the nearest group around it."""
    mark = node.start_mark
    for step in steps:
        found = _entry_of(node, step)
        if found is None:
            break
        name, node = found
        mark = name.start_mark
    return mark


def _entry_of(node: yaml.Node, step: str) -> tuple[yaml.Node, yaml.Node] | None:
    """What an entry of a map or a list begins with, and its value."""
    if isinstance(node, yaml.SequenceNode):
        item = next((item for index, item in enumerate(node.value) if str(index) == step), None)
        return None if item is None else (item, item)
    entries = node.value if isinstance(node, yaml.MappingNode) else []
    return next(((name, value) for name, value in entries if name.value == step), None)


def _at(file: str, mark: yaml.Mark | None) -> str:
    return file if mark is None else f"{file}:{mark.line + 1}:{mark.column + 1}"
