"""A configuration in the variables of an environment: `APP_SERVER_TIMEOUT` is `/server/timeout`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..protocol.config_descriptor import ConfigDescriptor
from ..value.violation import Violation
from ..value.wording import did_you_mean
from .draft import Draft
from .path import put_at, steps_of
from .text import read_text, required_groups, schema_at


def read_environment(config: ConfigDescriptor[Any], variables: Mapping[str, str], prefix: str) -> Draft:
    """Reads all variables that begin with the prefix.

    A variable that is empty is not set; one that is no setting is a finding. A setting that is a list of texts has commas in it;
    any other list is JSON.
    """
    schema = config.payload.json_schema()
    pointers = {_name_of(pointer, prefix): pointer for pointer in config.settings}
    # So that what is missing is told by the names of its settings.
    value: dict[str, Any] = required_groups(schema, schema)
    findings: list[Violation] = []
    for name, text in variables.items():
        if not name.startswith(prefix) or text == "":
            continue
        steps = steps_of(pointers.get(name, ""))
        expected = schema_at(schema, steps) if steps else None
        if expected is None:
            findings.append(Violation("", f"has {name}, which is no setting{did_you_mean(name, pointers)}"))
        else:
            put_at(value, steps, read_text(text, expected, schema))
    return Draft(value, findings, lambda pointer: _name_of(pointer, prefix) if pointer else "the environment")


def _name_of(pointer: str, prefix: str) -> str:
    return prefix + re.sub(r"[^A-Za-z0-9]+", "_", "_".join(steps_of(pointer))).upper()
