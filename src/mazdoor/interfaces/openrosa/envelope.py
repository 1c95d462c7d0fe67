"""The XML a server answers with: the message envelope, the form list, the manifest."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from mazdoor.interfaces.openrosa.xlsform import Published

RESPONSE: Final = "http://openrosa.org/http/response"
LIST: Final = "http://openrosa.org/xforms/xformsList"
MANIFEST: Final = "http://openrosa.org/xforms/xformsManifest"


def message(text: str, *, nature: str) -> bytes:
    """An OpenRosa response with one message for the person who holds the device."""
    root = Element("OpenRosaResponse", {"xmlns": RESPONSE})
    SubElement(root, "message", {"nature": nature}).text = text
    return _written(root)


def form_list(forms: Iterable[Published], *, language: str, verbose: bool, address: Callable[[str, str], str]) -> bytes:
    """The list of blank forms; ``address(what, version)`` gives full addresses of ``form`` and ``manifest``."""
    root = Element("xforms", {"xmlns": LIST})
    for form in forms:
        entry = SubElement(root, "xform")
        SubElement(entry, "formID").text = form.form_id
        SubElement(entry, "name").text = form.title.in_language(language)
        SubElement(entry, "version").text = form.version
        SubElement(entry, "hash").text = f"md5:{form.md5}"
        if verbose:
            SubElement(entry, "descriptionText").text = f"{form.title.ur} · {form.title.en}"
        SubElement(entry, "downloadUrl").text = address("form", form.version)
        if form.media:
            SubElement(entry, "manifestUrl").text = address("manifest", form.version)
    return _written(root)


def manifest(form: Published, *, address: Callable[[str], str]) -> bytes:
    """The files of one form; ``address(name)`` gives the full address of each."""
    root = Element("manifest", {"xmlns": MANIFEST})
    for media in form.media:
        entry = SubElement(root, "mediaFile")
        SubElement(entry, "filename").text = media.name
        SubElement(entry, "hash").text = f"md5:{media.md5}"
        SubElement(entry, "downloadUrl").text = address(media.name)
    return _written(root)


def _written(root: Element) -> bytes:
    return b"<?xml version='1.0' encoding='UTF-8' ?>\n" + bytes(tostring(root, encoding="utf-8", xml_declaration=False))
