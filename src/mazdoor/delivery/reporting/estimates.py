"""How many informal workers there are, from what the Labour Force Survey publishes and nothing else.

The survey calls a worker outside agriculture informal or formal; in agriculture it does not ask. The estimate counts
everybody in agriculture, as the law of social insurance reaches almost none of them, and adds the informal share of
the rest. Where the survey prints no figure (by province, by district) the national figure is spread by census
population, and marked ``derived``. Azad Jammu and Kashmir and Gilgit-Baltistan are outside the survey: no estimate.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final

from mazdoor.kernel.refusals import Words

MEASURE: Final = "estimated_informal_workers"
SURVEYED_PROVINCES: Final = ("PK2", "PK4", "PK5", "PK6", "PK7")

SPREAD: Final = Words(
    "LFS 2024-25 national figure spread by census 2023 population (assumes equal work and informality everywhere)",
    "لیبر فورس سروے 2024-25 کا قومی عدد، مردم شماری 2023 کی آبادی کے حساب سے تقسیم (ہر جگہ یکساں کام فرض کیا گیا)",
)
WHOLE: Final = Words(
    "LFS 2024-25: all employed in agriculture and 72.1% of the employed outside it",
    "لیبر فورس سروے 2024-25: زراعت کے تمام کارکن اور باقی شعبوں کے 72.1 فیصد",
)
BY_SEX: Final = Words(
    "LFS 2024-25: agriculture and informality by sex, brought to the national total",
    "لیبر فورس سروے 2024-25: جنس کے لحاظ سے زراعت اور غیر رسمی کام، قومی کل کے برابر لایا گیا",
)
BY_SECTOR: Final = Words(
    "LFS 2024-25: 72.1% of the sector's employed (the survey prints one share for all outside agriculture)",
    "لیبر فورس سروے 2024-25: شعبے کے کارکنوں کا 72.1 فیصد (زراعت کے سوا سب کے لیے ایک ہی شرح شائع ہوئی)",
)
IN_AGRICULTURE: Final = Words("LFS 2024-25: all employed in agriculture", "لیبر فورس سروے 2024-25: زراعت کے تمام کارکن")
FAMILY: Final = Words(
    "LFS 2024-25: 19.1% of the employed are contributing family workers",
    "لیبر فورس سروے 2024-25: کارکنوں کا 19.1 فیصد بلا معاوضہ خاندانی کارکن ہیں",
)
HOME: Final = Words("LFS 2017-18 in WIEGO Statistical Brief 26", "لیبر فورس سروے 2017-18، بحوالہ ویگو شماریاتی بریف 26")
METHODS: Final = {method.en: method for method in (SPREAD, WHOLE, BY_SEX, BY_SECTOR, IN_AGRICULTURE, FAMILY, HOME)}


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimated cell, in persons."""

    breakdown: str
    value: int
    basis: str
    method: Words
    area_code: str = ""
    sex: str = ""
    sector: str = ""
    category: str = ""


@cache
def published() -> Mapping[str, Decimal]:
    """The survey's figures by key, exactly as printed: persons, or per cent."""
    text = files("mazdoor.delivery.reporting").joinpath("data", "estimates.csv").read_text(encoding="utf-8")
    return {row["key"]: Decimal(row["value"]) for row in csv.DictReader(text.splitlines())}


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Divide ``total`` persons in proportion to ``weights`` into whole persons that add up to it again.

    Largest remainders get the odd persons, the earlier of equals first.
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("nothing to share out by")
    floors = [total * weight // whole for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return floors


def informal_workers(populations: Mapping[str, int]) -> Iterator[Estimate]:
    """Every estimated cell. ``populations`` maps district codes to persons in the census of 2023."""
    figure = published()
    sectors = {
        "agriculture": int(figure["employed_agriculture"]),
        "industry": int(figure["employed_industry"] * figure["informal_share"] / 100),
        "services": int(figure["employed_services"] * figure["informal_share"] / 100),
    }
    total = sum(sectors.values())
    yield Estimate("total", total, "derived", WHOLE)
    for sector, value in sectors.items():
        if sector == "agriculture":
            yield Estimate("sector", value, "published", IN_AGRICULTURE, sector=sector)
        else:
            yield Estimate("sector", value, "derived", BY_SECTOR, sector=sector)
    sexes = dict(zip(("female", "male"), share_out(total, [_of_sex("female"), _of_sex("male")]), strict=True))
    for sex, value in sexes.items():
        yield Estimate("sex", value, "derived", BY_SEX, sex=sex)
    family = int(figure["employed"] * figure["contributing_family_share"] / 100)
    yield Estimate("category", family, "derived", FAMILY, category="contributing_family")
    yield Estimate("category", int(figure["home_based"]), "published", HOME, category="home_based")
    yield from _by_area(total, sexes, populations)


def _of_sex(sex: str) -> int:
    """Informal workers of one sex before they are brought to the national total."""
    figure = published()
    employed = figure[f"employed_{sex}"]
    in_agriculture = employed * figure[f"agriculture_share_{sex}"] / 100
    return int(in_agriculture + (employed - in_agriculture) * figure[f"informal_share_{sex}"] / 100)


def _by_area(total: int, sexes: Mapping[str, int], populations: Mapping[str, int]) -> Iterator[Estimate]:
    """Provinces, provinces by sex, and districts, each spread by population and adding up to the whole."""
    surveyed = {code: people for code, people in sorted(populations.items()) if code[:3] in SURVEYED_PROVINCES}
    of_province = {
        province: sum(people for code, people in surveyed.items() if code.startswith(province))
        for province in SURVEYED_PROVINCES
    }
    weights = list(of_province.values())
    by_province = dict(zip(SURVEYED_PROVINCES, share_out(total, weights), strict=True))
    for province, value in by_province.items():
        yield Estimate("province", value, "derived", SPREAD, area_code=province)
    for sex, whole in sexes.items():
        for province, value in zip(SURVEYED_PROVINCES, share_out(whole, weights), strict=True):
            yield Estimate("province_sex", value, "derived", SPREAD, area_code=province, sex=sex)
    for province, whole in by_province.items():
        districts = [code for code in surveyed if code.startswith(province)]
        for code, value in zip(districts, share_out(whole, [surveyed[code] for code in districts]), strict=True):
            yield Estimate("district", value, "derived", SPREAD, area_code=code)
