"""How a program shows a NATS server who it is. What signs for it comes with the extra `nkeys` of this package."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from ..error import ProtocolError
from ..value.wording import quote

_block = rb"-+BEGIN %b-+\s+(\S+)\s+-+END %b-+"
_jwt = re.compile(_block % (b"NATS USER JWT", b"NATS USER JWT"))
_seed = re.compile(_block % (b"USER NKEY SEED", b"USER NKEY SEED"))


@dataclass(frozen=True, slots=True)
class Credentials:
    """All credentials that were given.

    name: what the server refuses when it refuses: `the token`; never a secret; None when nothing was given
    options: of the NATS client
    """

    name: str | None
    options: Mapping[str, Any]


def credentials_of(options: Mapping[str, Any], servers: Sequence[str]) -> Credentials:
    """What there is to show, from all options that are about it, those in the address of a server included.

    Raises ProtocolError `connection_failed` when a credentials file or a seed cannot be used.
    """
    given = {name: value for name, value in options.items() if name not in ("credentials_file", "nkey")}
    file, seed = options.get("credentials_file"), options.get("nkey")
    names = _names_of(options) or _names_in(servers)
    if file is not None:
        renewed = _CredentialsFile(file)
        given |= {"user_jwt_cb": renewed.jwt, "signature_cb": renewed.sign}
        names.append(f"the credentials in {file}")
    if seed is not None:
        given["nkeys_seed_str"] = seed.strip()
        _key_of(given["nkeys_seed_str"].encode(), "`nkey` is not the seed of an nkey, which begins with SU")
        names.append("the nkey")
    tls = options.get("tls")
    if isinstance(tls, dict) and "cert_file" in tls:
        names.append(f"the certificate {tls['cert_file']}")
    return Credentials(" and ".join(names) or None, given)


def without_credentials(server: str) -> str:
    """The address of a server without the credentials that may stand in it."""
    return re.sub(r"^(\w+://)?[^/]*@", lambda found: found[1] or "", server)


class _CredentialsFile:
    """A file that holds a JWT and a seed. It is read again for each connection."""

    def __init__(self, file: str) -> None:
        self._file = file
        # What it held when it could be read last.
        self._jwt, self._seed = self._read()

    def jwt(self) -> bytes:
        """Called for each connection after `sign`."""
        return self._jwt

    def sign(self, nonce: str) -> bytes:
        """Called first for each connection."""
        try:
            self._jwt, self._seed = self._read()
        except ProtocolError:
            # It is being renewed; the server says whether what was there before still does.
            pass
        key = _key_of(self._seed, self._fault)
        return base64.b64encode(key.sign(nonce.encode()))

    @property
    def _fault(self) -> str:
        return f"{self._file} is not a credentials file, which holds a JWT and a seed"

    def _read(self) -> tuple[bytes, bytes]:
        try:
            text = Path(self._file).read_bytes()
        except OSError as reason:
            raise _unusable(f"the credentials file {self._file} cannot be read", reason) from reason
        jwt, seed = _jwt.search(text), _seed.search(text)
        if jwt is None or seed is None:
            raise _unusable(self._fault, None)
        _key_of(seed[1], self._fault)
        return jwt[1], seed[1]


def _key_of(seed: bytes, fault: str) -> Any:
    """What signs. The library that makes it has no types."""
    try:
        return cast(Any, import_module("nkeys")).from_seed(bytearray(seed))
    except ModuleNotFoundError as reason:
        advice = "credentials files and nkeys need the library nkeys; install this package with its extra `nkeys`"
        raise ProtocolError("connection_failed", advice, cause=reason) from reason
    except Exception as reason:
        raise _unusable(fault, reason) from reason


def _names_of(options: Mapping[str, Any]) -> list[str]:
    """What the options of the NATS client have to show."""
    named = {
        "user": "the password of the user {}",
        "token": "the token",
        "user_credentials": "the credentials of user_credentials",
        "nkeys_seed": "the nkey in {}",
    }
    given = {option: options[option] for option in named if options.get(option) is not None}
    return [named[option].format(quote(str(value))) for option, value in given.items()]


def _names_in(servers: Sequence[str]) -> list[str]:
    """User and password, or a token, as they stand before the `@` of the first address that has one."""
    found = [re.match(r"^(?:\w+://)?([^/]*)@", server) for server in servers]
    user, has_password, _ = next((each[1] for each in found if each is not None), "").partition(":")
    if not user:
        return []
    return [f"the password of the user {quote(user)}" if has_password else "the token"]


def _unusable(fault: str, cause: BaseException | None) -> ProtocolError:
    return ProtocolError("connection_failed", f"{fault}; check the path and the content", cause=cause)
