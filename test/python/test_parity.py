"""What users of kryten-py know, by the names that they know."""

from __future__ import annotations

import re
from functools import reduce
from pathlib import Path

from kryten_protocol import Client
from kryten_protocol.testing import MemoryBroker

ROOT = Path(__file__).parents[2]
# The public members of its client, as Python lists them: a line for each, with its signature.
THEIRS = [line.split("(")[0] for line in (ROOT / "test/data/kryten-py-0.17.5.txt").read_text("utf-8").splitlines()]
PAGE = (ROOT / "generated/kryten/reference/parity.md").read_text("utf-8")
# What the page shows: what stands in Python for their method, or nothing.
SHOWN: dict[str, str | None] = {
    found[1]: found[2] for found in re.finditer(r"^\| `(.*?)` \| (?:\[?`(.*?)`|none)", PAGE, re.MULTILINE)
}


async def test_the_page_shows_what_exists_in_python() -> None:
    async with Client(MemoryBroker().connect(), channels=["Lounge"]) as client:
        channel = client.channel("Lounge")
        registration = client.on("usercount", print)
        roots = {"client": client, "channel": channel, "registration": registration, "Client": Client}

        def is_there(path: str) -> bool:
            first, *rest = path.split(".")
            steps = rest if first in roots else [first, *rest]
            return reduce(getattr, steps, roots.get(first, channel)) is not None

        assert list(SHOWN) == THEIRS
        assert [name for name, ours in SHOWN.items() if ours is None] == ["nats_request", "set_emotes", "subscribe"]
        assert all(is_there(ours) for ours in SHOWN.values() if ours is not None)
        # What our client has under their name is what stands for it.
        kept = {name: ours for name, ours in SHOWN.items() if hasattr(client, name)}
        assert {"kv_get", "kv_get_all", "kv_keys", "publish", "run"} < kept.keys()
        assert {name: (ours or "").lower() for name, ours in kept.items()} == {name: f"client.{name}" for name in kept}
