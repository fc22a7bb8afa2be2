"""How long the caller of a request waits, as it travels: in ms from now, so that no two clocks need to agree."""

from __future__ import annotations

import re
from math import ceil, inf

from ..transport.transport import Headers

_HEADER = "Request-Timeout-Ms"


def deadline_headers(timeout: float) -> Headers:
    """Header fields that say it.

    timeout: in s
    """
    return {_HEADER: str(ceil(timeout * 1000))}


def timeout_in(headers: Headers | None) -> float:
    """What a request says of it, in s; endless when it says nothing, or nothing that can be understood."""
    text = "" if headers is None else headers.get(_HEADER, "")
    return int(text) / 1000 if re.fullmatch("[0-9]{1,10}", text) else inf
