"""Real sandbox processes for tests: started on an ephemeral port, killed with -9 when asked, always gone at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx


class Sandbox:
    """One sandbox process. ``url`` is its address; :meth:`kill` ends it the hard way, :meth:`start` brings it back."""

    def __init__(self, service: str, home: Path, *arguments: str) -> None:
        self.home = home
        self._command = [
            sys.executable, "-m", f"mazdoor.sandbox.{service}", "--home", str(home), "--with-parent", *arguments
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> Sandbox:
        """Start it and wait until it answers."""
        address = self.home / "address.json"
        address.unlink(missing_ok=True)
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        for _ in range(2400):
            if address.exists():
                self.url = json.loads(address.read_text())["url"]
                return self
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("the sandbox did not start")

    def kill(self) -> None:
        """End it with SIGKILL: no chance to tidy up."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it the orderly way."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=240)

    def fail(self, **document: Any) -> None:
        """Set its faults: ``fail(seed=1, faults={"payment_file.time_out": {"rate": 1}})``.

        A call that times out is held for a moment and dropped: to the caller that is no answer either, and a caller that
        waited less long would take a busy machine for a dead one.
        """
        document = {"hold_seconds": 0.2, **document}
        httpx.put(f"{self.url}/admin/faults", json=document, trust_env=False, timeout=60).raise_for_status()

    def get(self, path: str) -> Any:
        """A JSON answer of it."""
        return httpx.get(f"{self.url}{path}", trust_env=False, timeout=60).raise_for_status().json()

    def post(self, path: str, document: Any) -> Any:
        """A JSON answer of it to a JSON body."""
        return httpx.post(f"{self.url}{path}", json=document, trust_env=False, timeout=60).raise_for_status().json()
