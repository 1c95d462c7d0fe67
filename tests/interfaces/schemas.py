"""ISO 20022 schemas, out of the development packages that carry them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from lxml import etree

_WHERE = {
    "pain.001.001.09": ("pain001", "templates/pain.001.001.09/pain.001.001.09.xsd"),
    "pain.002.001.12": ("pain001", "pain002/schemas/pain.002.001.12.xsd"),
    "camt.053.001.08": ("camt053", "xsd/camt.053.001.08.xsd"),
}


def check_against_schema(path: Path, message: str) -> None:
    """Raise where the file is not valid ``message``."""
    package, place = _WHERE[message]
    schema = etree.XMLSchema(etree.parse(str(files(package).joinpath(place))))
    schema.assertValid(etree.parse(str(path)))
