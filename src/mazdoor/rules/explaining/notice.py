"""The middle length: a letter of one page, as plain text and as HTML. Both are written from the same parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from mazdoor.rules.explaining.phrases import NOTICE
from mazdoor.rules.explaining.saying import Line
from mazdoor.rules.wording import isolated

MOST_LINES = 10
"""Lines of one list in a letter of a page; what is beyond is counted and stands in the full account."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a letter: a heading (or none), sentences, a list, values with their names, and what is said after."""

    heading: str = ""
    sentences: tuple[str, ...] = ()
    items: tuple[Line, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    after: tuple[str, ...] = ()


def shortened(lines: Sequence[Line], lang: str) -> tuple[Line, ...]:
    """At most as many lines as a page has room for."""
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    rest = NOTICE["more"].in_language(lang).format(count=isolated(str(len(lines) - MOST_LINES + 1), lang))
    return (*lines[: MOST_LINES - 1], Line(0, rest))


def as_text(title: str, parts: Sequence[Part]) -> str:
    """The letter as plain text."""
    lines = [title]
    for part in parts:
        lines.append("")
        if part.heading:
            lines.append(part.heading)
        lines.extend(part.sentences)
        lines.extend(f"{'  ' * line.depth}- {line.text}" for line in part.items)
        lines.extend(f"  {name}: {value}" for name, value in part.values)
        lines.extend(part.after)
    return "\n".join(lines) + "\n"


def as_html(title: str, parts: Sequence[Part], lang: str) -> str:
    """The letter as one HTML element of its own language and direction, for a page or a file."""
    direction = "rtl" if lang.startswith("ur") else "ltr"
    written = [f'<article class="letter" lang="{lang}" dir="{direction}">', f"<h2>{escape(title)}</h2>"]
    for part in parts:
        written.append("<section>")
        if part.heading:
            written.append(f"<h3>{escape(part.heading)}</h3>")
        written.extend(f"<p>{escape(sentence)}</p>" for sentence in part.sentences)
        if part.items:
            written.append(_list(part.items))
        if part.values:
            rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in part.values)
            written.append(f"<dl>{rows}</dl>")
        written.extend(f"<p>{escape(sentence)}</p>" for sentence in part.after)
        written.append("</section>")
    written.append("</article>")
    return "\n".join(written)


def as_document(title: str, article: str, lang: str) -> str:
    """The letter as a whole file that prints on one page of A4."""
    direction = "rtl" if lang.startswith("ur") else "ltr"
    return (
        f'<!doctype html>\n<html lang="{lang}" dir="{direction}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{article}\n</body></html>\n"
    )


_STYLE = (
    "@page{size:A4;margin:15mm}body{margin:0 auto;padding:1rem;max-width:45rem;color:#111;background:#fff;"
    "font:1rem/1.45 'Noto Sans',sans-serif}"
    ":lang(ur){font-family:'Noto Nastaliq Urdu','Noto Naskh Arabic',serif;line-height:1.9}"
    "@media print{body{padding:0;font-size:10pt}:lang(ur){font-family:'Noto Naskh Arabic',serif;line-height:1.6}}"
    "h2{font-size:1.3rem}h3{font-size:1rem;margin:.6rem 0 .1rem}p,ul{margin:.1rem 0}"
    "dl{margin:.1rem 0}dl div{display:flex;gap:.5rem}dt::after{content:':'}dd{margin:0}"
)


def _list(lines: Sequence[Line]) -> str:
    """A list with lists in it, by depth."""
    written: list[str] = []
    depth = -1
    for line in lines:
        while depth > line.depth:
            written.append("</li></ul>")
            depth -= 1
        if depth == line.depth:
            written.append("</li>")
        while depth < line.depth:
            written.append("<ul>")
            depth += 1
            if depth < line.depth:
                written.append("<li>")
        written.append(f"<li>{escape(line.text)}")
    written.append("</li></ul>" * (depth + 1))
    return "".join(written)
