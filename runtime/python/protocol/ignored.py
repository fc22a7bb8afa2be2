"""What is said of a command that its service is known to ignore."""

from __future__ import annotations

from ..error import ProtocolError
from .message import Ignored


def ignored_command(ref: str, ignored: Ignored, anyway: str) -> ProtocolError:
    """The error for who sends it.

    anyway: what to do to send it all the same
    """
    instead = "" if ignored.instead is None else f" Instead: {_sentence(ignored.instead)}"
    reason = f"{ref} is answered with success and has no effect. {_sentence(ignored.because)}{instead}"
    return ProtocolError("ignored_command", f"{reason} To send it all the same, {anyway}", ref=ref)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
