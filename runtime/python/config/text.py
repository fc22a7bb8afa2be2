"""Settings that were given as text: by a variable of the environment. What a setting may be, its JSON Schema says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from ..error import ProtocolError
from ..value.codec import decode

Schema: TypeAlias = Mapping[str, Any]


def read_text(text: str, schema: Schema, root: Schema) -> object:
    """What a text says, for a setting of this schema.

    It is the text itself, where that may be one; the items of a list of texts, with commas between them; otherwise what it says
    as JSON. A text that says nothing of the kind is left as it is, to be refused.

    root: where references of the schema lead
    """
    forms = list(_forms_of(schema, root))
    if any(_takes_text(form) for form in forms):
        return text
    items = [form["items"] for form in forms if "items" in form]
    takes_texts = any(_takes_text(form) for item in items for form in _forms_of(item, root))
    if takes_texts and not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",")]
    try:
        return decode(text)
    except ProtocolError:
        return text


def schema_at(root: Schema, steps: Sequence[str]) -> Schema | None:
    """The schema of a setting, if the configuration has it."""
    found: Schema | None = root
    for step in steps:
        found = None if found is None else _inner(found, step, root)
    return found


def required_groups(schema: Schema, root: Schema) -> dict[str, Any]:
    """The groups that there must be, and those in them."""
    schema = _target(schema, root)
    properties = {name: _target(schema["properties"][name], root) for name in schema.get("required", ())}
    return {name: required_groups(inner, root) for name, inner in properties.items() if inner.get("type") == "object"}


def _inner(schema: Schema, step: str, root: Schema) -> Schema | None:
    for form in _forms_of(schema, root):
        rest = form.get("additionalProperties")
        inner = form.get("properties", {}).get(step) or form.get("items") or (rest if isinstance(rest, dict) else None)
        if isinstance(inner, dict):
            return inner
    return None


def _forms_of(schema: Schema, root: Schema) -> Iterator[Schema]:
    """A schema, or all of which it is one."""
    schema = _target(schema, root)
    members = [*schema.get("oneOf", ()), *schema.get("anyOf", ())]
    if not members:
        yield schema
    for member in members:
        yield from _forms_of(member, root)


def _target(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _takes_text(form: Schema) -> bool:
    kinds = form.get("type", [])
    named = [kinds] if isinstance(kinds, str) else kinds
    return "string" in named or any(isinstance(value, str) for value in [*form.get("enum", ()), form.get("const")])
