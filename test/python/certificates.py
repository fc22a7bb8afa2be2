"""Certificates for tests, made by openssl in a folder: an authority, and what it vouches for."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout")


@dataclass(frozen=True)
class Identity:
    """Paths of PEM files."""

    certificate: str
    key: str


class Authority:
    """Somebody who vouches for others."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self.identity = self._paths("authority")
        own, subject = self.identity, ("-subj", "/CN=authority", "-days", "2")
        _openssl("req", "-x509", *subject, *_NEW_KEY, own.key, "-out", own.certificate)

    def issue(self, name: str) -> Identity:
        """A certificate for a name, and for the loopback address."""
        made, own = self._paths(name), self.identity
        request, extensions = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        extensions.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n")
        _openssl("req", "-subj", f"/CN={name}", *_NEW_KEY, made.key, "-out", str(request))
        signed = ("-CA", own.certificate, "-CAkey", own.key, "-CAcreateserial", "-days", "2")
        _openssl("x509", "-req", "-in", str(request), *signed, "-extfile", str(extensions), "-out", made.certificate)
        return made

    def _paths(self, name: str) -> Identity:
        return Identity(str(self._folder / f"{name}.pem"), str(self._folder / f"{name}.key"))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)
