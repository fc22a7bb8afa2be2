"""One token of a subject: what is legal in it, and how text becomes one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ..error import ProtocolError
from .wording import quote


@dataclass(frozen=True, slots=True)
class Lowercase:
    """The text in lower case."""

    def apply(self, text: str) -> str:
        return text.lower()


@dataclass(frozen=True, slots=True)
class Replace:
    """Each of the characters becomes `by`; nothing, when it is empty."""

    characters: str
    by: str

    def apply(self, text: str) -> str:
        return text.translate(dict.fromkeys(map(ord, self.characters), self.by))


@dataclass(frozen=True, slots=True)
class Truncate:
    """The first code points of the text."""

    length: int

    def apply(self, text: str) -> str:
        return text[: self.length]


TokenStep: TypeAlias = Lowercase | Replace | Truncate
"""One change of a text on its way to being a token."""


@dataclass(frozen=True, slots=True)
class TokenRule:
    """How text becomes one token of a subject.

    steps: applied in order; what is left must be a legal token
    pattern: what must be found in the outcome, when it is narrower than a legal NATS token
    """

    steps: Sequence[TokenStep] = ()
    pattern: str | None = None


PLAIN_TOKEN = TokenRule()
"""The rule of a token type that no rule is given for: the text as it is."""

# Not in a token: what NATS gives a meaning to, white space and control characters, and what UTF-8 cannot carry.
_SPACES = "\x20\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ILLEGAL = f".*>\x00-\x1f\x7f-\x9f\ud800-\udfff{_SPACES}"
_illegal = re.compile(f"[{_ILLEGAL}]")

LEGAL_TOKEN = f"[^{_ILLEGAL}]+"
"""Source of a regular expression for one legal token, or a part of one."""


def to_token(text: str, rule: TokenRule, name: str) -> str:
    """The token that a text becomes under a rule.

    Text is never bent further than the rule says. Two texts may become the same token.

    name: what the text is, for the message: the parameter's name

    Raises ProtocolError `invalid_subject` when the outcome is no legal token, or not what the rule's pattern asks for.
    """
    token = text
    for step in rule.steps:
        token = step.apply(token)
    objection = _objection_to(token, rule)
    if objection is None:
        return token
    outcome = "" if token == text else f", which becomes {quote(token)},"
    raise ProtocolError("invalid_subject", f"{name} {quote(text)}{outcome} cannot be part of a subject: {objection}")


def is_token(text: str) -> bool:
    """Whether a text is a legal token, or a legal part of one, as it is."""
    return text != "" and _illegal.search(text) is None


def _objection_to(token: str, rule: TokenRule) -> str | None:
    """Why a token may not be used, and what to do about it."""
    if token == "":
        return "nothing is left of it; use a name with at least one letter or digit"
    found = _illegal.search(token)
    if found is not None:
        return f"it contains {_character_name(found[0])}; use a name without it"
    if rule.pattern is not None and re.search(rule.pattern, token) is None:
        return f"it does not match {rule.pattern}; use a name that does"
    return None


def _character_name(character: str) -> str:
    code = f"U+{ord(character):04X}"
    category = unicodedata.category(character)
    if category == "Cs":
        return f"half a character ({code})"
    if category == "Cc":
        return f"a control character ({code})"
    return f"white space ({code})" if character.isspace() else f'"{character}"'
