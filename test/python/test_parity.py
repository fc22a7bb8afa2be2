"""What users of kryten-py know, by the names that they know."""

from __future__ import annotations

import json
import re
from functools import reduce
from pathlib import Path

from kryten_protocol import Client
from kryten_protocol.descriptors import PROTOCOL
from kryten_protocol.testing import MemoryBroker

ROOT = Path(__file__).parents[2]
# The public members of its client, as Python lists them: a line for each, with its signature.
THEIRS = [line.split("(")[0] for line in (ROOT / "test/data/kryten-py-0.17.5.txt").read_text("utf-8").splitlines()]
PARITY = json.loads((ROOT / "schema/kryten/parity.json").read_text("utf-8"))["methods"]
OURS: dict[str, str] = {method["name"]: method["ours"] or "" for method in PARITY}
COMMANDS = {command.ref: command for service in PROTOCOL.services.values() for command in service.commands.values()}
KEYS = {key.ref: key for bucket in PROTOCOL.state.values() for key in bucket.keys.values()}

OTHERWISE = [
    "disconnect",
    "economy_request",
    "export_emotes",
    "get_kv_bucket",
    "get_kv_store",
    "get_library_search",
    "get_or_create_kv_bucket",
    "get_or_create_kv_store",
    "get_state_current_media",
    "get_state_current_uid",
    "get_state_playlist_items",
    "get_user_profile",
    "health",
    "import_emotes",
    "is_connected",
    "lifecycle",
    "nats_request",
    "on_group_restart",
    "read_chan_log",
    "request_banlist",
    "request_channel_ranks",
    "safe_add_filter",
    "safe_assign_leader",
    "safe_set_channel_rank",
    "safe_set_motd",
    "safe_set_options",
    "safe_update_emote",
    "send_command",
    "set_emotes",
    "stop",
    "subscribe",
    "subscribe_request_reply",
    "unmute_user",
    "unsubscribe",
]
"""Those that have another name here, of which the table of parity says why, or none."""


def snake(name: str) -> str:
    return re.sub(r"[A-Z]|-", lambda found: f"_{found[0].lower().strip('-')}", name)


def path_of(name: str) -> str:
    """Where a method's counterpart is found, from the client on; empty when it has none."""
    ours = OURS[name]
    if ours in COMMANDS:
        return f"channel.{snake(COMMANDS[ours].service)}.{COMMANDS[ours].method}"
    return f"channel.state.{KEYS[ours].method}" if ours in KEYS else snake(ours)


async def test_every_method_has_a_counterpart_most_under_the_same_name() -> None:
    async with Client(MemoryBroker().connect(), channels=["Lounge"]) as client:
        roots: dict[str, object] = {
            "client": client,
            "channel": client.channel("Lounge"),
            "registration": client.on("usercount", print),
            "connect": Client.connect,
        }

        def found_at(path: str) -> object:
            root, *steps = path.split(".")
            return reduce(getattr, steps, roots[root])

        services = [name for name in THEIRS if path_of(name) == "channel.services"]
        paths = {name: path_of(name) for name in THEIRS if OURS[name] and name not in services}
        assert len(THEIRS) == 100
        assert all(found_at(path) is not None for path in paths.values())
        renamed = {name for name in THEIRS if paths.get(name, "").split(".")[-1] != name and not hasattr(client, name)}
        assert renamed == set(OTHERWISE)
