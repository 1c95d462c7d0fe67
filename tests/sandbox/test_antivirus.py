"""The scanner of the sandbox and the product's client to it, over clamd's own wire."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.sandbox.running import Sandbox

from mazdoor.delivery.registration.ports import Scanner, Verdict
from mazdoor.interfaces.antivirus.client import CHUNK_BYTES, ClamdScanner
from mazdoor.kernel.refusals import Refusal
from mazdoor.sandbox.antivirus.app import EICAR


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox("antivirus", tmp_path / "antivirus", "--most-bytes", "300000")
    yield sandbox.start()
    sandbox.stop()


def client(scanner: Sandbox, seconds: float = 30.0) -> ClamdScanner:
    port = json.loads((scanner.home / "address.json").read_text())["clamd_port"]
    return ClamdScanner("127.0.0.1", port, seconds=seconds, most_seconds=60.0)


def test_a_clean_file_is_clean_and_the_test_virus_is_found(scanner: Sandbox) -> None:
    port: Scanner = client(scanner)
    assert port.scan(io.BytesIO(b"a photograph")) is Verdict.CLEAN
    assert port.scan(io.BytesIO(b"")) is Verdict.CLEAN
    assert port.scan(io.BytesIO(b"%PDF-1.7\n" + EICAR)) is Verdict.INFECTED
    astride = b"x" * (CHUNK_BYTES - 10) + EICAR + b"y" * 100
    assert port.scan(io.BytesIO(astride)) is Verdict.INFECTED, "a virus astride two chunks is found as well"
    assert scanner.get("/admin/summary") == {"scans": 4, "found": 2}


def test_a_file_over_the_scanners_limit_is_not_taken_for_clean(scanner: Sandbox) -> None:
    assert client(scanner).scan(io.BytesIO(b"x" * 400_000)) is Verdict.UNKNOWN
    assert client(scanner).scan(io.BytesIO(b"x" * 20_000_000)) is Verdict.UNKNOWN


@pytest.mark.parametrize("fault", ["down", "time_out", "cut_off", "error"])
def test_a_scanner_that_fails_gives_no_verdict_and_gives_one_the_next_time(scanner: Sandbox, fault: str) -> None:
    scanner.fail(hold_seconds=2.5, faults={f"scan.{fault}": {"rate": 1, "times": 1}})
    file = b"%PDF-1.7 " + EICAR
    assert client(scanner, seconds=0.5).scan(io.BytesIO(file)) is Verdict.UNKNOWN
    assert client(scanner).scan(io.BytesIO(file)) is Verdict.INFECTED


def test_a_late_answer_is_an_answer(scanner: Sandbox) -> None:
    scanner.fail(late_seconds=0.3, faults={"scan.late": {"rate": 1, "times": None}})
    assert client(scanner).scan(io.BytesIO(b"a photograph")) is Verdict.CLEAN


def test_a_scanner_that_is_not_there_gives_no_verdict(scanner: Sandbox) -> None:
    there = client(scanner)
    assert there.is_there()
    scanner.kill()
    assert not there.is_there()
    assert there.scan(io.BytesIO(b"a photograph")) is Verdict.UNKNOWN


def test_an_answer_that_trickles_without_end_is_given_up(scanner: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        slow = ClamdScanner("127.0.0.1", server.getsockname()[1], seconds=0.2, most_seconds=0.5)
        assert slow.scan(io.BytesIO(b"nobody reads this")) is Verdict.UNKNOWN


def test_the_configuration_says_whether_anything_is_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    from mazdoor.config import wiring

    monkeypatch.delenv("MAZDOOR_ANTIVIRUS", raising=False)
    assert wiring.scanner() is None
    monkeypatch.setenv("MAZDOOR_ANTIVIRUS", "scanner.example:3310")
    assert wiring.scanner() == ClamdScanner("scanner.example", 3310)
    for wrong in ("scanner.example", "3310", ":3310", "scanner:port"):
        monkeypatch.setenv("MAZDOOR_ANTIVIRUS", wrong)
        with pytest.raises(Refusal, match="CFG-002"):
            wiring.scanner()
