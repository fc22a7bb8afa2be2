"""The door for generated models: what they are made of."""

from .value.model import Model
from .value.rules import (
    Flag,
    Number,
    Optionally,
    Pattern,
    Text,
    Whole,
    items,
    name,
    number,
    one_of,
    rest,
    tagged,
    text,
    whole,
)

__all__ = [
    "Flag",
    "Model",
    "Number",
    "Optionally",
    "Pattern",
    "Text",
    "Whole",
    "items",
    "name",
    "number",
    "one_of",
    "rest",
    "tagged",
    "text",
    "whole",
]
