"""The door for generated models: what they are made of."""

from .model import Model
from .rules import (
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
