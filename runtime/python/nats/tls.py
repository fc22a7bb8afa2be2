"""Certificates, by the names of their files."""

from __future__ import annotations

import ssl
from typing import TypedDict

from ..error import ProtocolError, message_of


class TlsFiles(TypedDict, total=False):
    """Paths of PEM files.

    ca_file: the certificates to trust; those of the system by default
    cert_file: the certificate to show
    key_file: its key, when that is not in the same file
    """

    ca_file: str
    cert_file: str
    key_file: str


def context_of(files: TlsFiles) -> ssl.SSLContext:
    """Raises ProtocolError `connection_failed` when a file cannot be used."""
    authority, certificate, key = files.get("ca_file"), files.get("cert_file"), files.get("key_file")
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as reason:
        raise _unusable("ca_file", authority, reason) from reason
    if certificate is None:
        return context
    try:
        context.load_cert_chain(certificate, key)
    except OSError as reason:
        if isinstance(reason, ssl.SSLError) and reason.reason == "KEY_VALUES_MISMATCH":
            text = "the key in key_file of tls is not that of the certificate in cert_file"
            raise ProtocolError("connection_failed", text, cause=reason) from reason
        raise _unusable("cert_file", " or ".join([certificate, *([] if key is None else [key])]), reason) from reason
    return context


def _unusable(option: str, file: str | None, reason: OSError) -> ProtocolError:
    text = f"{file}, {option} of tls, cannot be used: {reason.strerror or message_of(reason)}; check the path and the content"
    return ProtocolError("connection_failed", text, cause=reason)
