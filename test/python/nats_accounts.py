"""Accounts as operators sign them: JSON Web Tokens, for a server with a memory resolver and for its users."""

from __future__ import annotations

import base64
import json
import time
from os import urandom
from typing import Any
from uuid import uuid4

import nkeys  # type: ignore[import-untyped]

_ALL = -1
_USER = {"type": "user", "version": 2, "pub": {}, "sub": {}, "subs": _ALL, "data": _ALL, "payload": _ALL}
_LIMITS = dict.fromkeys(("subs", "data", "payload", "imports", "exports", "conn", "leaf"), _ALL)
_ACCOUNT = {"type": "account", "version": 2, "limits": {**_LIMITS, "wildcards": True}}


def new_seed(prefix: int = nkeys.PREFIX_BYTE_USER) -> str:
    """The seed of a new key pair; by default a user's."""
    return str(nkeys.encode_seed(urandom(32), prefix), "ascii")


def public_key(seed: str) -> str:
    """What others may know of a key pair."""
    return str(_pair(seed).public_key, "ascii")


class Accounts:
    """A new operator, whom no other server knows, with one account.

    configuration: what the server's configuration says of them
    """

    def __init__(self) -> None:
        operator, self._account = new_seed(nkeys.PREFIX_BYTE_OPERATOR), new_seed(nkeys.PREFIX_BYTE_ACCOUNT)
        operator_token = _sign(operator, operator, {"type": "operator", "version": 2})
        token = _sign(operator, self._account, _ACCOUNT)
        self.configuration = "\n".join(
            [
                f"operator: {operator_token}",
                "resolver: MEMORY",
                f"resolver_preload: {{ {public_key(self._account)}: {token} }}",
            ]
        )

    def credentials(self) -> str:
        """The text of a credentials file for a new user of the account."""
        user = new_seed()
        return _block("NATS USER JWT", _sign(self._account, user, _USER)) + "\n" + _block("USER NKEY SEED", user)


def _sign(issuer: str, subject: str, nats: dict[str, Any]) -> str:
    claims = {
        "jti": str(uuid4()),
        "iat": int(time.time()),
        "iss": public_key(issuer),
        "name": "test",
        "sub": public_key(subject),
        "nats": nats,
    }
    header = {"typ": "JWT", "alg": "ed25519-nkey"}
    body = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return f"{body}.{_base64(_pair(issuer).sign(body.encode()))}"


def _pair(seed: str) -> Any:
    return nkeys.from_seed(bytearray(seed.encode()))


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _block(title: str, content: str) -> str:
    return f"-----BEGIN {title}-----\n{content}\n------END {title}------\n"
