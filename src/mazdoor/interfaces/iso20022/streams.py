"""What both readers share: opening a source, walking it safely, taking amounts exactly."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from lxml import etree

from mazdoor.interfaces.iso20022.refusals import DECLARES_ENTITIES, NOT_READABLE

Source = str | Path | bytes | IO[bytes]
"""A file by its path, its bytes, or an open binary file."""

_AMOUNT: Final = re.compile(r"\s*\+?0*(\d{1,17})(?:\.(\d{1,2})0{0,3})?\s*")

_LOCAL_NAMES: Final[dict[str, str]] = {}
"""Names seen, so that a tag is taken apart once and not a million times."""


@contextmanager
def opened(source: Source) -> Iterator[IO[bytes]]:
    """The source as an open binary file; closed again when we opened it."""
    if isinstance(source, bytes):
        yield io.BytesIO(source)
    elif isinstance(source, (str, Path)):
        with Path(source).open("rb") as file:
            yield file
    else:
        yield source


def walk(file: IO[bytes], names: tuple[str, ...], *, kind: str) -> Iterator[tuple[str, etree._Element]]:
    """Each named element as it ends, in whatever version of the message. Nothing outside the file is ever fetched, and
    entities are not expanded.

    Refuses a document type, ISO-004, and a file that is no ``kind`` or breaks off, ISO-003: the caller must then forget
    what it has read.
    """
    tags = {f"{{*}}{name}" for name in names}
    begun = False
    try:
        for _, element in etree.iterparse(
            file, events=("end",), tag=tuple(tags), resolve_entities=False, no_network=True, load_dtd=False
        ):
            if not begun:
                begun = True
                _check_kind(element, kind)
            yield local_name(element), element
    except etree.XMLSyntaxError as error:
        raise NOT_READABLE.because(kind=kind) from error
    if not begun:
        raise NOT_READABLE.because(kind=kind)


def _check_kind(element: etree._Element, kind: str) -> None:
    tree = element.getroottree()
    if tree.docinfo.internalDTD is not None:
        raise DECLARES_ENTITIES.because()
    if f":{kind}.001." not in (etree.QName(tree.getroot()).namespace or ""):
        raise NOT_READABLE.because(kind=kind)


def forget(element: etree._Element) -> None:
    """Free an element that was read, and its elder siblings."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace; empty for a comment or a processing instruction."""
    tag = element.tag
    name = _LOCAL_NAMES.get(tag)
    if name is None:
        name = etree.QName(tag).localname if isinstance(tag, str) else ""
        if isinstance(tag, str) and len(_LOCAL_NAMES) < 10_000:
            _LOCAL_NAMES[tag] = name
    return name


def text_at(element: etree._Element, path: str) -> str:
    """The text at a path of local names, or an empty string."""
    return (element.findtext("/".join(f"{{*}}{name}" for name in path.split("/"))) or "").strip()


def paisa_of(text: str | None) -> int | None:
    """Whole paisa of an amount on the wire, or ``None`` where it is none or is finer than a paisa."""
    match = _AMOUNT.fullmatch(text or "")
    if match is None:
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
