"""How a message says which contract its sender keeps to, so that whoever watches a bus sees who speaks what."""

from __future__ import annotations

from .message import ProtocolDescriptor

_HEADER = "Contract"


def contract_header(protocol: ProtocolDescriptor) -> dict[str, str]:
    """The header field that says it: the name of the protocol and its hash, as in `Contract: weather@f51aa2c74c78c6a3`."""
    return {_HEADER: f"{protocol.name}@{protocol.hash}"}
