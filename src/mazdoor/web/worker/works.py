"""Common works in plain words, and for whom one works, each with the codes the questionnaire keeps.

The list covers what most informal workers of Pakistan do; whoever does something else writes it, and chooses among the
occupations the words may mean. The order is that of how common the works are, as far as the Labour Force Survey tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from mazdoor.kernel.refusals import Words


@dataclass(frozen=True, slots=True)
class Work:
    """A work: its words, ISCO-08 and ISIC rev. 4 codes, and the category of the questionnaire."""

    key: str
    words: Words
    occupation: str
    industry: str
    category: str


WORKS: Final = (
    Work("farm", Words("Work on a farm", "کھیتوں میں مزدوری"), "9211", "0111", "agricultural"),
    Work("sharecrop", Words("Sharecropper (hari)", "مزارع (ہاری)"), "6111", "0111", "sharecropper"),
    Work("animals", Words("Keep animals, sell milk", "مویشی پالنا، دودھ بیچنا"), "6121", "0141", "agricultural"),
    Work("building", Words("Labourer at buildings", "تعمیراتی مزدوری"), "9313", "4100", "construction"),
    Work("mason", Words("Mason (mistri)", "راج مستری"), "7112", "4100", "construction"),
    Work("house", Words("Work in other people's homes", "دوسروں کے گھروں میں کام"), "9111", "9700", "domestic"),
    Work("sewing", Words("Sewing or embroidery", "سلائی یا کڑھائی"), "7533", "1410", "home_based"),
    Work(
        "vendor", Words("Sell from a cart or on the street", "ریڑھی یا ٹھیلے پر بیچنا"), "9520", "4789", "street_vendor"
    ),
    Work("shop", Words("Work in a shop", "دکان پر کام"), "5223", "4711", "regular"),
    Work("rickshaw", Words("Drive a rickshaw or taxi", "رکشا یا ٹیکسی چلانا"), "8322", "4922", "transport"),
    Work("delivery", Words("Deliver or drive by an app", "ایپ پر ڈیلیوری یا سواری"), "8321", "5320", "platform"),
    Work("loading", Words("Load and carry (palledar)", "پلے داری، سامان اٹھانا"), "9333", "5224", "daily_wage"),
    Work("kiln", Words("Brick kiln", "اینٹوں کا بھٹہ"), "7314", "2392", "brick_kiln"),
)
OTHER: Final = "other"
_BY_KEY: Final = {work.key: work for work in WORKS}


def find(key: str) -> Work | None:
    """The work with this key."""
    return _BY_KEY.get(key)


@dataclass(frozen=True, slots=True)
class ForWhom:
    """For whom one works, in one question instead of two: status and kind of employer."""

    key: str
    words: Words
    status: str
    employer_kind: str


FOR_WHOM: Final = (
    ForWhom(
        "boss",
        Words("For a shop, workshop, farm or contractor", "کسی دکان، کارخانے، زمیندار یا ٹھیکیدار کے لیے"),
        "employee",
        "business",
    ),
    ForWhom("home", Words("For a family, in their home", "کسی خاندان کے لیے، ان کے گھر میں"), "employee", "household"),
    ForWhom("self", Words("For myself, alone", "اپنا کام، اکیلے"), "own_account", "none"),
    ForWhom(
        "others",
        Words("For myself, and I pay others who work for me", "اپنا کام، اور میں دوسروں کو اجرت دیتا یا دیتی ہوں"),
        "employer",
        "none",
    ),
    ForWhom(
        "family",
        Words("In my family's work, without pay", "خاندان کے کام میں، بغیر اجرت"),
        "contributing_family",
        "none",
    ),
)
_WHOM_BY_KEY: Final = {each.key: each for each in FOR_WHOM}


def find_for_whom(key: str) -> ForWhom | None:
    """For whom, by key."""
    return _WHOM_BY_KEY.get(key)


def category_of(*, status: str, pay_period: str) -> str:
    """The category of a work that was written by hand: what status and pay say of it."""
    if status == "employee":
        return "regular" if pay_period == "month" else "daily_wage"
    return "contributing_family" if status == "contributing_family" else "self_employed"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An occupation that written words may mean."""

    occupation: str
    industry: str
    words: str
