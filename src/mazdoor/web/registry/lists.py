"""Long lists a registrar chooses from: areas of one's own, occupations, industries."""

import re

from mazdoor.database.acting import current
from mazdoor.kernel.identifiers import ascii_digits
from mazdoor.reference import selectors as reference
from mazdoor.web import formats

Choices = list[tuple[str, list[tuple[str, str]]]]
LEADING_CODE = re.compile(r"^\s*([0-9۰-۹٠-٩]{2,4})\b")


def area_choices(*, everywhere: bool = False, levels: tuple[str, ...] = ("district", "tehsil")) -> Choices:
    """Districts and tehsils the officer works for (or of the whole country), under their provinces, in the reader's
    language, by name."""
    language = formats.language()
    groups: dict[str, list[tuple[str, str]]] = {}
    # Seven hundred areas: the officer's prefixes are compared here rather than asked of the database one by one.
    prefixes = ["*"] if everywhere else current()[1].split(",")
    for area in reference.areas():
        if area.level not in levels or area.valid_to is not None:
            continue
        if prefixes != ["*"] and not any(prefix and area.code.startswith(prefix) for prefix in prefixes):
            continue
        name = area.name(language)
        if area.level == "tehsil":
            name = f"{reference.area_name(area.code[:5], language)} › {name}"
        groups.setdefault(reference.area_name(area.code[:3], language), []).append((area.code, name))
    return [(province, sorted(places, key=lambda place: place[1])) for province, places in groups.items()]


def occupations() -> list[str]:
    """Every occupation as it is offered: its code and title (``9313 Building construction labourers``)."""
    language = formats.language()
    return [f"{row.code} {reference.isco_title(row.code, language)}" for row in reference.occupations(digits=4)]


def industries() -> list[str]:
    """Every class of industry as it is offered: its code and title. A class that has no Urdu title of its own is offered with
    that of its group and its English one, so that two of a group are told apart."""
    language = formats.language()
    return [
        f"{row.code} {reference.isic_title(row.code, language)}"
        + (f" · {row.title_en}" if language.startswith("ur") and not row.title_ur else "")
        for row in reference.industries()
        if len(row.code) == 4
    ]


def occupation_code(text: str) -> str | None:
    """The ISCO code at the beginning of a choice, if there is such an occupation."""
    code = _leading_code(text)
    return code if code and reference.find_occupation(code) else None


def industry_code(text: str) -> str | None:
    """The ISIC code at the beginning of a choice, if there is such an industry."""
    code = _leading_code(text)
    return code if code and reference.find_industry(code) else None


def _leading_code(text: str) -> str | None:
    found = LEADING_CODE.match(text)
    return ascii_digits(found.group(1)) if found else None
