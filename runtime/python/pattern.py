"""Regular expressions of the portable subset, as Python reads them."""

from __future__ import annotations

import re
from functools import cache

_piece = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", re.DOTALL)


@cache
def compile_pattern(source: str) -> re.Pattern[str]:
    """A pattern to search for. In the portable subset `$` is the end of the text, where Python's own allows a line end."""
    return re.compile(_piece.sub(lambda piece: r"\Z" if piece[0] == "$" else piece[0], source))
