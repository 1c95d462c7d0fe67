"""Translated texts, compiled without GNU gettext.

Translators edit ``locale/<language>/LC_MESSAGES/django.po``; Django reads the compiled ``django.mo`` beside it. The
compiled file is not kept in the repository (it would be a second truth), so it is made here: when the site starts and
it is missing or older than its source, and by ``python -m tools.i18n compile``.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent / "locale"


def sources() -> Iterator[Path]:
    """Every message catalogue of the site, one per language."""
    yield from sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def compile_one(source: Path) -> Path:
    """Write the ``.mo`` beside a ``.po`` and return its path.

    It is written to a temporary file and moved into place, so a process that starts at the same moment reads either
    the old file or the new one, never half of one.
    """
    target = source.with_suffix(".mo")
    with source.open("rb") as lines:
        catalogue = read_po(lines, locale=source.parent.parent.name)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".mo.part")
    with os.fdopen(handle, "wb") as out:
        write_mo(out, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(target)
    return target


def is_stale(source: Path) -> bool:
    """Whether the compiled file is missing or older than its source."""
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def compile_stale() -> list[Path]:
    """Compile what is missing or out of date; return what was written (nothing on most starts)."""
    return [compile_one(source) for source in sources() if is_stale(source)]
