"""A real NATS server for tests: on a free port of the loopback interface, with a JetStream store of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

PATIENCE = 15.0


class NatsServer:
    """A server that runs until it is stopped.

    url: `nats://127.0.0.1:<port>`
    """

    def __init__(self, *, maximum_payload: int = 1024 * 1024, configuration: str = "", jetstream: bool = True) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="nats-server-"))
        store = f"jetstream {{ store_dir: {json.dumps(str(self._folder / 'jetstream'))} }}" if jetstream else ""
        self._lines = [
            f"ports_file_dir: {json.dumps(str(self._folder))}",
            f"max_payload: {maximum_payload}",
            store,
            configuration,
        ]
        self.url = ""
        self._start(-1)

    def crash(self) -> None:
        """Ends the server as a crash does. Its port and its store stay."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def send_signal(self, number: int) -> None:
        """Asks the server for something, as an operator does."""
        self._process.send_signal(number)

    def hang(self) -> None:
        """Holds the server up in the middle of what it does; returns when it stands still."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def go_on(self) -> None:
        """Lets it go on."""
        self._process.send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Starts it again after a crash, where it was."""
        self._start(int(self.url.rsplit(":", 1)[1]))

    def reconfigure(self, configuration: str) -> None:
        """What it is told when it is started again."""
        self._lines[-1] = configuration

    def stop(self) -> None:
        """Ends the server and removes its store."""
        self._process.terminate()
        # A server that stands still hears of it when it goes on.
        self.go_on()
        self._process.wait(PATIENCE)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start(self, port: int) -> None:
        configuration = self._folder / "server.conf"
        configuration.write_text("\n".join([f'listen: "127.0.0.1:{port}"', *self._lines]))
        for left_over in self._folder.glob("*.ports"):
            left_over.unlink()
        self._process = subprocess.Popen(
            [nats_server_binary(), "--config", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.url = self._listening_url()

    def _listening_url(self) -> str:
        """The server writes where it listens into a file, once it does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, f"nats-server ended with status {self._process.returncode}"
            for file in self._folder.glob("*.ports"):
                text = file.read_text()
                if text.endswith("}"):
                    return str(json.loads(text)["nats"][0])
            time.sleep(0.01)
        raise AssertionError(f"nats-server did not listen within {PATIENCE} s")


def nats_server_binary() -> str:
    """What `NATS_SERVER` names, else `nats-server` of the `PATH` or of `/usr/sbin`."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    found = os.environ.get("NATS_SERVER") or shutil.which("nats-server", path=path)
    assert found, "these tests need a NATS server: set NATS_SERVER to its path, or put nats-server on the PATH"
    return found
