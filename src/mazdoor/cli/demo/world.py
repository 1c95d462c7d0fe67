"""The outside world of a demonstration: processes of their own, with books of their own, that fail now and then."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import duckdb
import httpx

SIMS_AT_ONCE: Final = 10_000
BANKS: Final = ("HABB", "ALFH", "JCMA")

# A bank on an ordinary day: some payments come back, one file's answer is late, one report comes twice.
MILD_FAULTS: Final[dict[str, dict[str, Any]]] = {
    "bank": {
        "seed": 7,
        "faults": {
            "account.refuse": {"rate": 0.004},
            "account.pending": {"rate": 0.01},
            "transaction.return": {"rate": 0.01},
            "transaction.reject": {"rate": 0.002},
            "transaction.late": {"first": 1},
            "report.twice": {"first": 1},
        },
    },
    "identity": {"seed": 7, "faults": {}},
}


class World:
    """The processes, started on entering and ended on leaving. Their books stay in ``home`` for the next time."""

    def __init__(
        self,
        *,
        home: Path,
        population: Path,
        faults: dict[str, dict[str, Any]],
        refuse_everybody: bool = False,
        sms_callback: str = "",
    ) -> None:
        self.home = home
        self.sms_callback = sms_callback
        self.population = population
        self.faults = faults
        self.refuse_everybody = refuse_everybody
        self.addresses: dict[str, dict[str, Any]] = {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> World:
        """Nothing is started yet: each process starts when it is first needed, once its population is there."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            process.wait(timeout=20)

    def identity_url(self) -> str:
        """Where the identity authority answers. Its book is the population, read on its first start."""
        extra = ["--population", str(self.population)]
        return self._url("identity", [*extra, "--refuse-everybody"] if self.refuse_everybody else extra)

    def bank_urls(self) -> dict[str, str]:
        """Where each bank answers, by bank code. One process plays them all."""
        url = self._url("bank", [part for bank in BANKS for part in ("--bank", bank)])
        return {bank: f"{url}/banks/{bank}" for bank in BANKS}

    def sms_url(self) -> str:
        """Where the SMS gateway answers, and where a telephone is read: ``/phones/03001234567``. What a telephone sends is
        handed to the site at ``sms_callback``."""
        return self._url("sms", ["--callback", self.sms_callback] if self.sms_callback else [])

    def tax_url(self) -> str:
        """Where the tax register answers."""
        return self._url("tax", [])

    def phones_url(self) -> str:
        """Where the register of SIM cards answers. Everybody of the population owns the number they gave."""
        new = "phones" not in self.addresses
        url = self._url("phones", [])
        if new:
            persons = f"{self.population}/persons/*.parquet"
            found = duckdb.execute(
                "SELECT mobile, cnic FROM read_parquet(?) WHERE mobile <> '' AND cnic <> ''", [persons]
            ).fetchall()
            for start in range(0, len(found), SIMS_AT_ONCE):
                self.add_sims([{"mobile": m, "cnic": c} for m, c in found[start : start + SIMS_AT_ONCE]])
        return url

    def add_sims(self, sims: Sequence[Mapping[str, str]]) -> None:
        """Write owners of SIM cards into the register's book."""
        url = self._url("phones", [])
        httpx.post(f"{url}/admin/sims", json={"sims": list(sims)}, trust_env=False, timeout=60).raise_for_status()

    def antivirus_address(self) -> str:
        """Where the virus scanner listens on clamd's own wire: host:port."""
        self._url("antivirus", [])
        return f"127.0.0.1:{self.addresses['antivirus']['clamd_port']}"

    def ask_bank(self, bank_code: str, path: str) -> Any:
        """A JSON answer of a bank, for comparing its books with ours."""
        return httpx.get(self.bank_urls()[bank_code] + path, trust_env=False, timeout=60).raise_for_status().json()

    def _url(self, service: str, arguments: list[str]) -> str:
        if service not in self.addresses:
            self.addresses[service] = self._start(service, arguments)
            plan = self.faults.get(service)
            if plan is not None:
                url = self.addresses[service]["url"]
                httpx.put(f"{url}/admin/faults", json=plan, trust_env=False).raise_for_status()
        return str(self.addresses[service]["url"])

    def _start(self, service: str, arguments: list[str]) -> dict[str, Any]:
        folder = self.home / service
        folder.mkdir(parents=True, exist_ok=True)
        address = folder / "address.json"
        address.unlink(missing_ok=True)
        module = f"mazdoor.sandbox.{service}"  # by name: nothing of the product imports the sandbox
        command = [sys.executable, "-m", module, "--home", str(folder), "--with-parent", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own module
        self._running[service] = process
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            if address.exists():
                found: dict[str, Any] = json.loads(address.read_text())
                return found
            if process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the sandbox {service} did not start")
