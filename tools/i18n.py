"""Message catalogues without GNU gettext: extract, check and compile the site's translated texts.

    python -m tools.i18n extract    write new texts into every catalogue, drop those no longer used
    python -m tools.i18n check      name every text that is untranslated, doubtful or no longer used (changes nothing)
    python -m tools.i18n compile    write the .mo files

Python files are read by Babel; templates are first turned into Python-like source by Django's own ``templatize``, so
``{% translate %}`` and ``{% blocktranslate %}`` mean here what they mean to Django.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from mazdoor.cli.main import set_up_django

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "mazdoor"

# Django's own names for "this text is for people", with the places of their arguments.
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# What must survive translation: %(name)s of templates and Python, and {name} of format strings.
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]*\}")

# Only what a reader of the file needs: dates and tool versions would change it at every run.
HEADER = """\
# The screens of Mazdoor. Terms follow GLOSSARY.md; `make check` names what is untranslated.
msgid ""
msgstr ""
"Project-Id-Version: Mazdoor\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def _files() -> Iterator[Path]:
    """Python files and templates of the product, in a stable order."""
    yield from sorted(SOURCE.rglob("*.py"))
    yield from sorted(SOURCE.glob("**/templates/**/*.html"))
    yield from sorted(SOURCE.glob("**/templates/**/*.txt"))


def _python(path: Path) -> bytes:
    """A file as Python-like source."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text.encode("utf-8")
    from django.utils.translation.template import templatize

    # Everything but the texts is blanked out; the indentation left over would be an error in Python.
    lines = templatize(text, origin=str(path)).splitlines()
    return "\n".join(line.lstrip() for line in lines).encode("utf-8")


def messages() -> Catalog:
    """Every text of the product that is meant for people, with the files that use it.

    Line numbers are left out: they would change the catalogue at every edit and help no translator.
    """
    set_up_django()  # with our settings, whole: the generated documents are written in the same process after this
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for path in _files():
        where = (str(path.relative_to(ROOT)), 0)
        options = {"encoding": "utf-8"}
        for _line, text, comments, context in extract(
            "python", BytesIO(_python(path)), keywords=KEYWORDS, comment_tags=("Translators:",), options=options
        ):
            catalogue.add(text, locations=[where], auto_comments=comments, context=context)
    return catalogue


def _sources() -> list[Path]:
    return sorted((SOURCE / "web" / "locale").glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as lines:
        return read_po(lines, locale=path.parent.parent.name)


def _texts(message: Message) -> list[str]:
    """The original of a message: one text, or singular and plural."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _translations(message: Message) -> list[str]:
    if message.string is None:
        return [""]
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _key(message: Message) -> tuple[str | None, str]:
    return (message.context, _texts(message)[0])


def faults(name: str, have: Catalog, wanted: Catalog) -> list[str]:
    """What a translator has left to do in the catalogue ``have``, as sentences; empty when nothing is left."""
    found: list[str] = []
    for message in wanted:
        if not message.id:
            continue
        text = _texts(message)[0]
        translated = have.get(text, message.context)
        if translated is None:
            found.append(f"{name}: not in the catalogue: {text!r}")
            continue
        strings = _translations(translated)
        if not all(strings):
            found.append(f"{name}: untranslated: {text!r}")
        elif translated.fuzzy:
            found.append(f"{name}: marked doubtful (fuzzy): {text!r}")
        else:
            # A plural form may leave the number out ("one person"), so the last form decides.
            expected = set(PLACEHOLDER.findall(_texts(message)[-1]))
            if set(PLACEHOLDER.findall(strings[-1])) != expected:
                found.append(f"{name}: the placeholders {sorted(expected)} do not match in: {text!r}")
    keys = {_key(message) for message in wanted if message.id}
    found += [f"{name}: no longer used: {_texts(m)[0]!r}" for m in have if m.id and _key(m) not in keys]
    return found


def untranslated() -> list[str]:
    """Every fault of every catalogue (what `make check` prints)."""
    wanted = messages()
    return [fault for path in _sources() for fault in faults(str(path.relative_to(ROOT)), _read(path), wanted)]


def update(path: Path, wanted: Catalog) -> int:
    """Write a catalogue anew from the texts in use, keeping its translations; return how many are untranslated."""
    have = _read(path)
    fresh = Catalog(locale=have.locale, charset="utf-8", fuzzy=False)
    missing = 0
    for message in wanted:
        if not message.id:
            continue
        known = have.get(_texts(message)[0], message.context)
        string = known.string if known is not None else None
        entry = fresh.add(
            message.id,
            string,
            locations=message.locations,
            auto_comments=message.auto_comments,
            context=message.context,
        )
        missing += not all(_translations(entry))
    out = BytesIO()
    write_po(out, fresh, width=118, sort_by_file=True, include_lineno=False, omit_header=True)
    header = HEADER.format(language=path.parent.parent.name, plural_forms=fresh.plural_forms)
    path.write_bytes(header.encode("utf-8") + out.getvalue())
    return missing


def main(arguments: list[str]) -> int:
    """Run one verb; 0 when nothing is left to do."""
    verb = arguments[0] if arguments else "check"
    if verb == "extract":
        wanted = messages()
        for path in _sources():
            print(f"{path.relative_to(ROOT)}: {update(path, wanted)} untranslated")
        return 0
    if verb == "compile":
        from mazdoor.web import catalogues

        for source in catalogues.sources():
            print(catalogues.compile_one(source).relative_to(ROOT))
        return 0
    if verb == "check":
        found = untranslated()
        print("\n".join(found) or "every text is translated")
        return 1 if found else 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
