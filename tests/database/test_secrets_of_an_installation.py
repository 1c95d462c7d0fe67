"""Secrets are made at first use, by whoever comes first: all who come together read one, and read it whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from mazdoor.database.home import secret
from mazdoor.interfaces.credentials import keys as cards
from mazdoor.kernel.sealing import Keyring

ROUNDS, TOGETHER = 40, 8


def _at_once(make: Callable[[], object]) -> list[object]:
    """What each of eight got who asked in one moment; what one of them failed with stands there instead."""
    begin, got = threading.Barrier(TOGETHER), list[object]()

    def ask() -> None:
        begin.wait(timeout=60)
        try:
            got.append(make())
        except (OSError, ValueError) as error:
            got.append(error)

    threads = [threading.Thread(target=ask) for _ in range(TOGETHER)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return got


def test_all_who_come_first_read_one_secret_and_read_it_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(ROUNDS):
        monkeypatch.setenv("MAZDOOR_HOME", str(tmp_path / str(number)))
        got = _at_once(lambda: secret("django"))
        assert len(got) == TOGETHER and len(set(got)) == 1 and len(str(got[0])) == 64
        (kept,) = (tmp_path / str(number) / "keys").iterdir()  # nothing half made is left beside it
        assert kept.read_text() == got[0] and kept.stat().st_mode & 0o777 == 0o600


def test_all_who_come_first_seal_with_one_key(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        path = tmp_path / str(number) / "keyring.json"
        got = _at_once(lambda path=path: Keyring.load_or_create(path).index("1", purpose="cnic"))  # type: ignore[misc]
        assert len(got) == TOGETHER and len(set(got)) == 1, got
        assert [each.name for each in path.parent.iterdir()] == ["keyring.json"]


def test_all_who_come_first_sign_cards_with_one_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(ROUNDS):
        monkeypatch.setenv("MAZDOOR_HOME", str(tmp_path / str(number)))
        got = _at_once(lambda: cards.signing_keys.__wrapped__()[-1].kid)
        assert len(got) == TOGETHER and len(set(got)) == 1, got
