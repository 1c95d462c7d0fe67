"""How many incoming SMS a second the door takes: a real site, a real database, telephones that send CNICs.

    python -m benchmarks.sms_door [--seconds 10] [--senders 16] [--workers 2]

Each request is one Kannel callback: authenticated, read, sealed, put on the list, its answer owed, journal written. A home
folder of its own is made and removed. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

SECRET = "benchmark"
_LISTS = """
import django
django.setup()
from mazdoor.access.services import acting_as_system
from mazdoor.database import lifecycle
from mazdoor.reference import services
with lifecycle.lease():
    lifecycle.ensure_ready()
    with acting_as_system(reason="benchmark"):
        services.load()
"""
DISTRICTS = ("Lahore", "لاہور", "zila Layyah", "Rahim Yar Khan", "")


def main() -> None:
    """Start the site, send for a while, count what was taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--senders", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="mazdoor-sms-", dir="/tmp"))
    home.chmod(0o711)
    environment = os.environ | {
        "MAZDOOR_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "mazdoor.config.settings",
        "MAZDOOR_SMS_SECRET": SECRET,
    }
    mazdoor = [sys.executable, "-m", "mazdoor.cli"]
    subprocess.run([sys.executable, "-c", _LISTS], env=environment, check=True)
    log = home / "serve.log"
    with log.open("w") as out:
        command = [*mazdoor, "serve", "--port", "0", "--no-jobs", "--workers", str(options.workers)]
        site = subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what follows is ended by whatever ends us
    try:
        print(json.dumps(measure(_address(log, site), options.seconds, options.senders)))
    finally:
        site.terminate()
        try:
            site.wait(timeout=30)
        except subprocess.TimeoutExpired:
            site.kill()
            site.wait()
        subprocess.run([*mazdoor, "db", "stop"], env=environment, check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)


def _address(log: Path, site: subprocess.Popen[bytes]) -> str:
    for _ in range(1200):
        found = re.search(r"http://127\.0\.0\.1:\d+(?=/ )", log.read_text())
        if found:
            try:
                httpx.get(f"{found[0]}/sign-in/", timeout=5, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return found[0]
        if site.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"the site did not start: {log.read_text()[-2000:]}")


def measure(url: str, seconds: float, senders: int) -> dict[str, object]:
    """Requests a second over ``seconds`` from ``senders`` telephones at once, and how long the slowest twentieth took (ms)."""
    taken: list[float] = []
    wrong: list[int] = []
    ends = time.monotonic() + seconds

    def send(sender: int) -> None:
        with httpx.Client(auth=("gateway", SECRET), trust_env=False, timeout=30) as client:
            number = 0
            while time.monotonic() < ends:
                number += 1
                text = f"0{sender:04d}{number:08d} {DISTRICTS[number % len(DISTRICTS)]}"
                begun = time.monotonic()
                answer = client.post(
                    f"{url}/sms/incoming/?id={sender}-{number}",
                    content=text.encode(),
                    headers={
                        "X-Kannel-From": f"+923{sender % 10}{number % 10**8:08d}",
                        "Content-Type": "text/plain; charset=utf-8",
                    },
                )
                taken.append(time.monotonic() - begun)
                if answer.status_code != 200:
                    wrong.append(answer.status_code)

    threads = [threading.Thread(target=send, args=(sender,)) for sender in range(senders)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - begun
    ordered = sorted(taken)
    return {
        "requests_per_second": round(len(taken) / spent, 1),
        "requests": len(taken),
        "refused": len(wrong),
        "p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "p95_ms": round(ordered[int(len(ordered) * 0.95)] * 1000, 1),
    }


if __name__ == "__main__":
    main()
