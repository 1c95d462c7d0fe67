"""The fast reader of YAML and the exact one: the same values at the same places, the same words about what is wrong."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml

from mazdoor.rules import reading
from mazdoor.rules.loading import shipped_folder

DAMAGE = ["\t", "  ", "'", '"', "[", "{", ": ", "- ", "|", "ا", "#"]


def read(text: str) -> list[Any]:
    """Values and places of every document, or what is said against the text."""
    found: list[Any] = []
    try:
        found.extend((document.data, document.places) for document in reading.read_text(text, "f.yaml"))
    except (yaml.YAMLError, reading.Misread) as error:
        found.append(f"{type(error).__name__}: {error}")
    return found


def test_both_readers_read_every_shipped_document_alike_and_say_the_same_of_broken_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert hasattr(yaml, "CSafeLoader"), "the fast reader is missing: this test compares nothing"
    whole = [path.read_text(encoding="utf-8") for path in sorted(shipped_folder().parent.rglob("*.yaml"))]
    assert len(whole) > 10
    draw, broken = random.Random(7), []
    for text in whole:
        for _ in range(6):
            lines = text.split("\n")[:80]
            row = draw.randrange(len(lines))
            at = draw.randrange(len(lines[row]) + 1)
            lines[row] = lines[row][:at] + draw.choice(DAMAGE) + lines[row][at:]
            broken.append("\n".join(lines))
    texts = [*whole, *broken]
    fast = [read(text) for text in texts]
    monkeypatch.setattr(reading, "_FAST", yaml.SafeLoader)
    assert fast == [read(text) for text in texts]
    assert sum(isinstance(each[-1], str) for each in fast) > 20
