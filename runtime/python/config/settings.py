"""What the settings of a configuration are when nothing is said, and what they set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from ..protocol.config_descriptor import Setting, SettingOption
from .path import put_at, steps_of, value_at


def fill_defaults(value: object, settings: Mapping[str, Setting]) -> None:
    """Fills in what is absent, in place. Nothing is put into a group that is not there."""
    for pointer, setting in settings.items():
        *group, name = steps_of(pointer)
        record = value_at(value, group)
        if setting.default is not None and isinstance(record, dict):
            record.setdefault(name, deepcopy(setting.default))


def options_of(value: object, settings: Mapping[str, Setting]) -> dict[str, Any]:
    """The options of the runtime that a configuration sets, each in its group. What is null is not said."""
    options: dict[str, Any] = {}
    for pointer, setting in settings.items():
        said = value_at(value, steps_of(pointer))
        chosen = None if said is None or setting.option is None else _option_value(said, setting.option)
        if chosen is not None and setting.option is not None:
            put_at(options, setting.option.name.split("."), deepcopy(chosen))
    return options


def _option_value(said: object, option: SettingOption) -> object:
    if option.values:
        return option.values.get(said if isinstance(said, str) else json.dumps(said))
    if option.factor == 1 or isinstance(said, bool) or not isinstance(said, int | float):
        return said
    # 3 times 1.1 is 3.3, and not 3.3000000000000003.
    return float(f"{said * option.factor:.12g}")
