"""Texts for people: everything is translated, and every term has one word in each language."""

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from tools import i18n

from mazdoor.web import catalogues

ROOT = Path(__file__).resolve().parents[2]


def test_every_text_of_the_site_is_translated_into_urdu() -> None:
    assert i18n.untranslated() == []


def _fault(original: str | tuple[str, str], translation: str | tuple[str, str]) -> list[str]:
    wanted, have = Catalog(locale="ur"), Catalog(locale="ur")
    wanted.add(original)
    have.add(original, translation)
    return i18n.faults("ur", have, wanted)


def test_an_untranslated_text_is_named() -> None:
    assert _fault("Go back", "") == ["ur: untranslated: 'Go back'"]


def test_a_translation_that_lost_its_placeholder_is_named() -> None:
    assert _fault("%(done)s of %(all)s", "%(all)s میں سے") == [
        "ur: the placeholders ['%(all)s', '%(done)s'] do not match in: '%(done)s of %(all)s'"
    ]
    assert _fault("%(done)s of %(all)s", "%(all)s میں سے %(done)s") == []


def test_a_text_that_left_the_site_is_named() -> None:
    have = Catalog(locale="ur")
    have.add("Old words", "پرانے الفاظ")
    assert i18n.faults("ur", have, Catalog(locale="ur")) == ["ur: no longer used: 'Old words'"]


def test_texts_in_templates_and_in_python_are_both_found() -> None:
    texts = {message.id for message in i18n.messages()}
    assert "What should I do next?" in texts  # a template
    assert "Find a person" in texts  # Python, lazily translated


def test_catalogues_are_compiled_without_gettext_and_only_when_stale() -> None:
    source = next(catalogues.sources())
    compiled = catalogues.compile_one(source)
    assert compiled.read_bytes()[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")  # the mark of a .mo file
    assert not catalogues.is_stale(source)


def _terms() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)
    return [(english, urdu) for english, urdu in rows if english not in ("English", "---")]


def test_every_term_of_the_glossary_has_one_urdu_term_of_its_own() -> None:
    terms = _terms()
    assert len(terms) > 60
    urdu = [term for _, term in terms]
    assert all(re.search("[\u0600-\u06ff]", term) for term in urdu)
    assert len(urdu) == len(set(urdu)), "two English terms share an Urdu one"
    english = [term for term, _ in terms]
    assert len(english) == len(set(english))


def test_arabic_letters_that_urdu_writes_otherwise_are_not_used() -> None:
    """Urdu has its own kaf, yeh and heh: ک ی ہ, not ك ي ه. Mixed letters break searching and look wrong."""
    for path in (next(catalogues.sources()), ROOT / "GLOSSARY.md"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall("[كيىه]", text), path


# What a term must never be called: another word of the same meaning, used for something else or for nothing.
SYNONYMS = {
    "آپ کی میز": "ڈیسک",
    "اپنا کھاتہ": "اکاؤنٹ",
    "بینک کھاتہ": "اکاؤنٹ",
    "دورانیہ": "ادائیگی کا دور",
    "مستحقین": "مستفید",
}


def test_refusals_and_notices_use_the_words_of_the_glossary() -> None:
    source = ROOT / "src" / "mazdoor"
    for path in sorted([*source.rglob("*.py"), *source.rglob("*.po")]):
        text = path.read_text(encoding="utf-8")
        for wrong, right in SYNONYMS.items():
            assert wrong not in text, f"{path.relative_to(ROOT)}: {wrong} (the glossary says {right})"
