"""Cards are set in Nastaliq and Naskh on a machine without fonts: from the project's npm packages, unpacked once."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image, ImageChops, ImageFont

from mazdoor.interfaces.credentials import fonts, printing
from mazdoor.kernel.refusals import Refusal

PACKAGES = Path(__file__).resolve().parents[2] / "browser" / "node_modules" / "@fontsource"


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """No font of the system's; a home folder of its own."""
    monkeypatch.setattr(fonts.typst, "Fonts", functools.partial(typst.Fonts, include_system_fonts=False))
    monkeypatch.setattr(fonts, "home_folder", lambda: tmp_path)
    monkeypatch.delenv("MAZDOOR_FONTS", raising=False)
    fonts.fonts.cache_clear()
    yield tmp_path / "fonts"
    fonts.fonts.cache_clear()


needs_packages = pytest.mark.skipif(
    not PACKAGES.exists(), reason="the npm packages of browser/ are not installed: `make browser` does"
)


@needs_packages
def test_fonts_are_unpacked_once_and_are_those_of_other_readers_too(bare_machine: Path) -> None:
    assert set(fonts.NEEDED) <= set(fonts.fonts().families())
    unpacked = sorted(bare_machine.glob("*.ttf"))
    assert len(unpacked) == 4 and not [path for path in bare_machine.iterdir() if path.suffix != ".ttf"]
    for path in unpacked:
        font = ImageFont.truetype(str(path), 40)  # FreeType
        assert font.getname()[0] in fonts.NEEDED
        assert font.getmask("رضیہ").getbbox() is not None
    written = {path: path.stat().st_mtime_ns for path in unpacked}
    fonts.fonts.cache_clear()
    fonts.fonts()
    assert {path: path.stat().st_mtime_ns for path in unpacked} == written


@needs_packages
@pytest.mark.django_db
@pytest.mark.usefixtures("bare_machine")
def test_a_card_is_set_in_them_and_names_are_no_boxes(printed: Callable[..., Any], system: None) -> None:
    from mazdoor.reference import services as reference

    reference.load()
    # Two names of as many letters would be the same row of boxes where the letters are not in the font.
    fronts = [
        Image.open(io.BytesIO(printing.pictures([printed(name_ur=name)], layout=printing.Layout.CARD, dots=150)[0]))
        for name in ("رضیہ", "شبنم")
    ]
    assert ImageChops.difference(*(front.convert("L") for front in fronts)).getbbox() is not None


def test_without_any_of_them_it_is_a_refusal_and_never_a_fallback(
    bare_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "_PACKAGES", ())
    with pytest.raises(Refusal, match="CRD-007"):
        fonts.fonts()


@pytest.mark.parametrize("damage", [b"", b"wOFF", b"wOF2" + b"\0" * 60])
def test_what_is_no_woff_is_told(damage: bytes) -> None:
    with pytest.raises(fonts.NotAFont):
        fonts.unpack_woff(damage)


@needs_packages
def test_a_damaged_woff_is_told() -> None:
    import zlib

    good = (PACKAGES / "noto-naskh-arabic" / "files" / "noto-naskh-arabic-arabic-400-normal.woff").read_bytes()
    assert fonts.unpack_woff(good)[:4] in (b"\0\1\0\0", b"OTTO")
    with pytest.raises((fonts.NotAFont, zlib.error)):
        fonts.unpack_woff(good[: len(good) // 2])
