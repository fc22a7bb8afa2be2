"""Subjects, buckets and keys from templates: building them, subscribing to all of a kind, and reading them back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ..error import ProtocolError
from ..value.tokens import LEGAL_TOKEN, PLAIN_TOKEN, TokenRule, is_token, to_token
from ..value.wording import either, quote

# A server reads lines of at most 4096 bytes; the subject shares one with a verb, a reply subject and two sizes.
_MAXIMUM_BYTES = 3584

_parameter = re.compile(r"\{([^{}]*)\}")
_parameter_inside = re.compile(r"([A-Za-z][A-Za-z0-9_]*)(?::([A-Za-z][A-Za-z0-9_]*))?")


class _Parameter:
    """One parameter of a template, and the token that a text becomes there."""

    def __init__(self, name: str, rule: TokenRule) -> None:
        self.name = name
        # Bounded, for a program that talks about ever new things.
        self.token = lru_cache(maxsize=1000)(lambda text: to_token(text, rule, name))


_Part: TypeAlias = "str | _Parameter"


@dataclass(frozen=True, slots=True)
class Subject:
    """A compiled template.

    parameters: in order of appearance
    """

    template: str
    parameters: tuple[str, ...]
    _levels: Sequence[Sequence[_Part]]
    _pattern: re.Pattern[str]

    def build(self, values: Mapping[str, str]) -> str:
        """The subject for these texts.

        Raises ProtocolError `invalid_subject` when one is missing or becomes no token, or all is too long.
        """
        return _limited(".".join(self._fill(level, values) for level in self._levels))

    def wildcard(self, values: Mapping[str, str]) -> str:
        """The subject with a `*` for each token that lacks a text.

        When such a token has other parts, the wildcard stands for them too: what arrives is to be matched.
        Raises as `build` does.
        """
        return _limited(".".join(self._fill_or_wildcard(level, values) for level in self._levels))

    def match(self, subject: str) -> dict[str, str] | None:
        """The tokens of a subject by parameter, or None for a subject that this template does not build.

        Of several parameters in one token, each takes as little as it can.
        """
        found = self._pattern.fullmatch(subject)
        return None if found is None else dict(zip(self.parameters, found.groups(), strict=True))

    def _fill(self, level: Sequence[_Part], values: Mapping[str, str]) -> str:
        return "".join(part if isinstance(part, str) else part.token(self._text_for(part, values)) for part in level)

    def _fill_or_wildcard(self, level: Sequence[_Part], values: Mapping[str, str]) -> str:
        lacking = any(isinstance(part, _Parameter) and part.name not in values for part in level)
        return "*" if lacking else self._fill(level, values)

    def _text_for(self, parameter: _Parameter, values: Mapping[str, str]) -> str:
        text = values.get(parameter.name)
        if isinstance(text, str):
            return text
        given = either([quote(name) for name in values])
        raise ProtocolError(
            "invalid_subject",
            f"the subject {quote(self.template)} needs a text for {{{parameter.name}}}, and was given one for {given}",
            subject=self.template,
        )


def compile_subject(template: str, tokens: Mapping[str, TokenRule]) -> Subject:
    """Compiles a template such as `app.{room}.{topic:exact}`.

    tokens: the protocol's token types; a parameter whose type is not among them takes its text as it is

    Raises ProtocolError `invalid_subject` for a template that cannot give a legal subject.
    """
    levels = [_parse_level(level, template, tokens) for level in template.split(".")]
    parameters = tuple(part.name for level in levels for part in level if isinstance(part, _Parameter))
    for index, name in enumerate(parameters):
        if name in parameters[:index]:
            raise _invalid_template(template, f"has {{{name}}} twice")
    pattern = r"\.".join("".join(_source(part) for part in level) for level in levels)
    return Subject(template, parameters, levels, re.compile(pattern))


def _parse_level(level: str, template: str, tokens: Mapping[str, TokenRule]) -> list[_Part]:
    if level == "":
        raise _invalid_template(template, "has an empty token")
    if "}{" in level:
        raise _invalid_template(template, "has two parameters with nothing between them")
    parts: list[_Part] = []
    # With a group in the separator, every second piece is what the group found: the inside of a pair of braces.
    for index, piece in enumerate(_parameter.split(level)):
        if index % 2 == 1:
            parts.append(_parse_parameter(piece, template, tokens))
        elif piece != "":
            if not is_token(piece) or "{" in piece or "}" in piece:
                raise _invalid_template(template, f"cannot contain {quote(piece)}")
            parts.append(piece)
    return parts


def _parse_parameter(text: str, template: str, tokens: Mapping[str, TokenRule]) -> _Parameter:
    found = _parameter_inside.fullmatch(text)
    if found is None:
        raise _invalid_template(template, f"has no parameter's name in {{{text}}}")
    name, kind = found[1], found[2] or found[1]
    return _Parameter(name, tokens.get(kind, PLAIN_TOKEN))


def _source(part: _Part) -> str:
    """Source of the regular expression for one part, parameters in groups."""
    return re.escape(part) if isinstance(part, str) else f"({LEGAL_TOKEN}?)"


def _limited(subject: str) -> str:
    size = len(subject.encode("utf-8", "surrogatepass"))
    if size <= _MAXIMUM_BYTES:
        return subject
    reason = f"the subject {quote(subject)} has {size} bytes, and NATS takes {_MAXIMUM_BYTES}; use shorter names"
    raise ProtocolError("invalid_subject", reason, subject=subject)


def _invalid_template(template: str, problem: str) -> ProtocolError:
    return ProtocolError("invalid_subject", f"the subject template {quote(template)} {problem}", subject=template)
