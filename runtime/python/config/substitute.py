"""`${NAME}` and `${NAME:-default}` in the texts of a configuration."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from ..value.violation import Violation, pointer_to
from .draft import Draft
from .path import steps_of
from .text import Schema, read_text, schema_at

# `$${` is a plain `${`; `${...}` of any other form is a mistake.
_reference = re.compile(r"\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{")


class Substitution:
    """Replaces variables in texts, never in names. What a variable holds is not looked at again.

    A text that holds a variable may stand for a number or a list, where the schema wants one.
    """

    def __init__(self, schema: Schema, variables: Mapping[str, str]) -> None:
        self._schema = schema
        self._variables = variables
        self._findings: list[Violation] = []

    def of(self, draft: Draft) -> Draft:
        """The same with its variables replaced, and with what could not be."""
        value = self._walk(draft.value, "")
        return replace(draft, value=value, findings=[*draft.findings, *self._findings])

    def _walk(self, value: object, pointer: str) -> object:
        if isinstance(value, str):
            return self._text(value, pointer)
        if isinstance(value, list):
            return [self._walk(item, pointer_to(pointer, index)) for index, item in enumerate(value)]
        if isinstance(value, dict):
            return {name: self._walk(item, pointer_to(pointer, name)) for name, item in value.items()}
        return value

    def _text(self, text: str, pointer: str) -> object:
        faults: list[str] = []
        result = _reference.sub(lambda found: self._replaced(found, faults), text)
        self._findings += [Violation(pointer, fault) for fault in faults]
        if result == text or faults:
            return text
        expected = schema_at(self._schema, steps_of(pointer))
        return result if expected is None else read_text(result, expected, self._schema)

    def _replaced(self, found: re.Match[str], faults: list[str]) -> str:
        whole, name, usual = found[0], found[1], found[2]
        if whole == "$${":
            return "${"
        if name is None:
            faults.append("has a ${ that begins neither ${NAME} nor ${NAME:-default}; write $${ for a plain one")
        elif usual is not None and "${" in usual:
            faults.append(f"has a ${{ within the default of {name}; a default is plain text")
        else:
            value = self._variables.get(name)
            if value is not None and (value != "" or usual is None):
                return value
            if usual is not None:
                return str(usual)
            faults.append(f"names the variable {name}, which is not set; set it, or give a default")
        return whole
