"""How two records are compared, field by field: written once, for DuckDB in bulk and for Python at the counter.

Each field has levels from most to least alike; a pair is on the first level whose condition holds. A condition stands
here twice, as SQL over columns `x_l` and `x_r` and as Python over two `Features`, side by side so that they are read
together; a test holds them equal on generated pairs.

`match` is how often true pairs are found on a level before any training (an opinion to start from), `kin` how often
two different members of one family are. How often two strangers are is always counted from the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from mazdoor.kernel.names import NO_NAME, Name, analyse_name
from mazdoor.matching.keys import NOT_TO_THE_DAY, index_text, is_rounded
from mazdoor.matching.similarity import jaro_winkler, share_a_part


@dataclass(frozen=True, slots=True)
class Features:
    """One person as linkage sees them: the Python twin of a row of table `people`."""

    given: Name = NO_NAME
    surname: Name = NO_NAME
    father: Name = NO_NAME
    husband: Name = NO_NAME
    birth_date: date | None = None
    rounded: bool = False
    told_year: bool = False
    sex: str = ""
    district_code: str = ""
    area_code: str = ""
    household: str = ""
    phone: str = ""
    cnic: str = ""
    cnic_segments: tuple[str, str, str] = ("", "", "")
    cnic_sorted: str = ""
    old_nic: str = ""
    misspelt: frozenset[str] = frozenset()  # names with a part hardly anybody is called by; see `model.Model.attested`

    def value(self, column: str) -> str:
        """The value of a frequency column of table `people`: `given_sound`, `birth_date`, `phone`."""
        if column == "birth_date":
            return self.birth_date.isoformat() if self.birth_date else ""
        name, _, part = column.partition("_")
        value = getattr(self, name)
        return str(getattr(value, part) if part else value)


def features(
    *,
    given_name: str | None = None,
    surname: str | None = None,
    father_name: str | None = None,
    husband_name: str | None = None,
    birth_date: date | None = None,
    birth_date_precision: str | None = None,
    sex: str | None = None,
    district_code: str | None = None,
    area_code: str | None = None,
    household_id: Any = None,
    phone_index: Any = None,
    cnic_index: Any = None,
    cnic_segments: tuple[Any, Any, Any] | None = None,
    cnic_sorted_index: Any = None,
    old_nic_index: Any = None,
) -> Features:
    """One person's features from fields as registered; the same arguments as `keys.match_keys` and a few more."""
    segments = cnic_segments or (None, None, None)
    return Features(
        given=analyse_name(given_name),
        surname=analyse_name(surname),
        father=analyse_name(father_name),
        husband=analyse_name(husband_name),
        birth_date=birth_date,
        told_year=birth_date_precision in NOT_TO_THE_DAY,
        rounded=birth_date is not None and is_rounded(birth_date, birth_date_precision),
        sex=sex or "",
        district_code=district_code or "",
        area_code=area_code or district_code or "",
        household=index_text(household_id),
        phone=index_text(phone_index),
        cnic=index_text(cnic_index),
        cnic_segments=(index_text(segments[0]), index_text(segments[1]), index_text(segments[2])),
        cnic_sorted=index_text(cnic_sorted_index),
        old_nic=index_text(old_nic_index),
    )


@dataclass(frozen=True, slots=True)
class Level:
    """One degree of likeness. `frequency_column` weighs a shared rare value more than a shared common one; on a level
    that is not equality itself, the commoner of the two values counts.
    """

    name: str
    sql: str
    holds: Callable[[Features, Features], bool]
    match: float
    kin: float
    frequency_column: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field: the condition under which nothing can be said, then levels from most to least alike.

    The last level is what is left and has no condition of its own.
    """

    name: str
    unknown_sql: str
    unknown: Callable[[Features, Features], bool]
    levels: tuple[Level, ...]


def _always(a: Features, b: Features) -> bool:
    return True


def _never(a: Features, b: Features) -> bool:
    return False


def _names_swapped(a: Features, b: Features) -> bool:
    return bool(a.given.head and a.father.head) and (
        a.given.head == b.father.head and a.father.head == b.given.head and a.given.head != b.given.head
    )


_NAMES_SWAPPED = "(given_head_l = father_head_r AND father_head_l = given_head_r AND given_head_l <> given_head_r)"


def _swapped_with_surname(a: Features, b: Features) -> bool:
    return bool(a.given.sound and b.given.sound and a.given.sound != b.given.sound) and (
        a.given.sound == b.surname.sound and a.surname.sound == b.given.sound
    )


_SWAPPED_WITH_SURNAME = (
    "(given_sound_l = surname_sound_r AND surname_sound_l = given_sound_r AND given_sound_l <> given_sound_r)"
)


def _named_as_husband(a: Features, b: Features) -> bool:
    """Whether one's father is the other's husband: forms ask for "father or husband", and the same box holds either."""
    return bool(a.father.sound and a.father.sound == b.husband.sound) or bool(
        b.father.sound and b.father.sound == a.husband.sound
    )


_NAMED_AS_HUSBAND = (
    "(coalesce(father_sound_l = husband_sound_r, FALSE) OR coalesce(husband_sound_l = father_sound_r, FALSE))"
)


def _surname_says_nothing(a: Features, b: Features) -> bool:
    """Whether a surname is only the father's name again, which is compared on its own."""
    fathers = (a.surname.head and a.surname.head in a.father.parts) or (
        b.surname.head and b.surname.head in b.father.parts
    )
    return bool(fathers and a.father.sound and b.father.sound)


_SURNAME_SAYS_NOTHING = (
    "((surname_is_fathers_l OR surname_is_fathers_r) AND father_sound_l IS NOT NULL AND father_sound_r IS NOT NULL)"
)


def _only_title_left(a: Name, b: Name) -> bool:
    return (not a.parts or not b.parts) and share_a_part(a.titles, b.titles)


def _one_misspelt(field: str) -> Callable[[Features, Features], bool]:
    return lambda a, b: field in a.misspelt or field in b.misspelt


def _one_within_the_other(a: Name, b: Name) -> bool:
    first, second = set(a.parts), set(b.parts)
    return bool(first and second) and (first <= second or second <= first)


def _what_is_left_close(a: Name, b: Name) -> bool:
    """Whether, what both names have set aside, each part of the shorter rest comes close to a part of the other."""
    first = [part for part in a.parts if part not in b.parts]
    second = [part for part in b.parts if part not in a.parts]
    if not first or not second:
        return False
    return (len(first) <= len(second) and _all_close(first, second)) or (
        len(second) <= len(first) and _all_close(second, first)
    )


def _all_close(fewer: list[str], more: list[str]) -> bool:
    return all(
        any(min(len(one), len(other)) >= 3 and jaro_winkler(one, other) >= PART_CLOSE for other in more)
        for one in fewer
    )


def _one_slip(first: str, second: str) -> bool:
    """Whether one letter is wrong, missing, doubled or swapped with its neighbour; the first letter as well."""
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < SLIP_FROM:
        return False
    at = next((place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), -1)
    if at < 0:  # one is the other, or its beginning
        return True
    x, y = first[at:], second[at:]
    return x[1:] == y[1:] or x == y[1:] or x[1:] == y or (x[:2] == y[1::-1] and x[2:] == y[2:])


@lru_cache(maxsize=200_000)
def _close(a: Name, b: Name) -> bool:
    """Whether two names are spelt alike, or what is left of them beside what both have. People share a few thousand
    names, so the same two are compared again and again."""
    return jaro_winkler(_runs_together(a), _runs_together(b)) >= SPELT_CLOSE or _what_is_left_close(a, b)


def _runs_together(name: Name) -> str:
    return name.text.replace(" ", "")


#: Likeness of the sounds of two parts of names from which one is taken for the other, misheard or mistyped.
PART_CLOSE = 0.88
#: Likeness of two spellings, spaces left out, from which one is taken for the other.
SPELT_CLOSE = 0.90
#: From so many letters on, one letter that differs is a slip rather than another name.
SLIP_FROM = 4

#: Columns of `people` that say all there is of one written name, and what may stand in place of the field's own name.
NAME_COLUMNS = ("text", "sound", "parts", "titles", "misspelt")


def _name(field: str, match: tuple[float, ...], kin: tuple[float, ...]) -> Comparison:
    """The levels of a name, for `given`, `surname`, `father` or `husband`."""

    def of(person: Features) -> Name:
        name: Name = getattr(person, field)
        return name

    def close(a: Features, b: Features) -> bool:
        return _close(of(a), of(b))

    misspelt = _one_misspelt(field)
    first, second = f"{field}_parts_l", f"{field}_parts_r"
    rest, other = (
        f"list_filter({one}, x -> NOT list_contains({two}, x))" for one, two in ((first, second), (second, first))
    )
    one, other_one = f"replace({field}_text_l, ' ', '')", f"replace({field}_text_r, ' ', '')"
    spelt = f"jaro_winkler_similarity({one}, {other_one}) >= {SPELT_CLOSE}"
    slip = (
        f"(abs(length({one}) - length({other_one})) <= 1 AND least(length({one}), length({other_one})) >= {SLIP_FROM} "
        f"AND damerau_levenshtein({one}, {other_one}) <= 1)"
    )
    near = f"least(len(x), len(y)) >= 3 AND jaro_winkler_similarity(x, y) >= {PART_CLOSE}"
    left_close = " OR ".join(
        f"(len({one}) BETWEEN 1 AND len({two}) "
        f"AND len(list_filter({one}, x -> len(list_filter({two}, y -> {near})) = 0)) = 0)"
        for one, two in ((rest, other), (other, rest))
    )
    close_sql = f"({spelt} OR {left_close})"
    levels = [
        Level(
            "same",
            f"{field}_text_l = {field}_text_r",
            lambda a, b: of(a).text == of(b).text,
            match[0], kin[0], f"{field}_text",
        ),
        Level(
            "same_sound",
            f"{field}_sound_l = {field}_sound_r",
            lambda a, b: of(a).sound == of(b).sound,
            match[1], kin[1], f"{field}_sound",
        ),
        # Parts of a name are left out or added at will: what the two share counts by how rare its rarest part is.
        Level(
            "part_left_out",
            f"(len({first}) > 0 AND len({second}) > 0 AND (list_has_all({first}, {second}) OR list_has_all({second}, {first})))",
            lambda a, b: _one_within_the_other(of(a), of(b)),
            match[2], kin[2], f"{field}_part",
        ),
        # A word nobody is called by is a slip of the pen: what it comes close to is what was meant. Of two words that are
        # names one letter says nothing: brothers are called Sajid and Majid.
        Level(
            "misspelt",
            f"(({field}_misspelt_l OR {field}_misspelt_r) AND ({slip} OR {close_sql}))",
            lambda a, b: misspelt(a, b) and (_one_slip(_runs_together(of(a)), _runs_together(of(b))) or close(a, b)),
            match[3], kin[3], f"{field}_sound",
        ),
        Level("close", close_sql, close, match[4], kin[4]),
        Level(
            "shared_part",
            f"list_has_any({first}, {second})",
            lambda a, b: share_a_part(of(a).parts, of(b).parts),
            match[5], kin[5], f"{field}_part",
        ),
        Level(
            "only_title_left",
            f"((len({first}) = 0 OR len({second}) = 0) AND list_has_any({field}_titles_l, {field}_titles_r))",
            lambda a, b: _only_title_left(of(a), of(b)),
            match[6], kin[6],
        ),
        # Beside a misspelt name "different" says less, and that a name is misspelt says nothing of who bears it.
        Level(
            "misspelt_different",
            f"({field}_misspelt_l OR {field}_misspelt_r)",
            misspelt, match[7], kin[7],
        ),
        Level("different", "ELSE", _always, match[8], kin[8]),
    ]  # fmt: skip
    unknown_sql = f"{field}_sound_l IS NULL OR {field}_sound_r IS NULL"
    also: Callable[[Features, Features], bool] = _never
    unless: Callable[[Features, Features], bool] = _never
    if field == "given":
        levels[2:2] = [
            Level("swapped_with_father", _NAMES_SWAPPED, _names_swapped, 0.015, 0.0005),
            Level("swapped_with_surname", _SWAPPED_WITH_SURNAME, _swapped_with_surname, 0.004, 0.0005),
        ]
    elif field == "father":  # told once, with the given name
        unknown_sql = f"({unknown_sql} OR {_NAMES_SWAPPED}) AND NOT {_NAMED_AS_HUSBAND}"
        also, unless = _names_swapped, _named_as_husband
        levels.insert(2, Level("named_as_husband", _NAMED_AS_HUSBAND, _named_as_husband, 0.02, 0.05))
    elif field == "surname":
        unknown_sql = f"{unknown_sql} OR {_SURNAME_SAYS_NOTHING} OR coalesce({_SWAPPED_WITH_SURNAME}, FALSE)"

        def also(a: Features, b: Features) -> bool:
            return _surname_says_nothing(a, b) or _swapped_with_surname(a, b)

    def unknown(a: Features, b: Features) -> bool:
        return (not of(a).sound or not of(b).sound or also(a, b)) and not unless(a, b)

    return Comparison(field, unknown_sql, unknown, tuple(levels))


def _swapped(a: Features, b: Features) -> bool:
    x, y = a.birth_date, b.birth_date
    return x is not None and y is not None and (x.year, x.month, x.day) == (y.year, y.day, y.month)


def _years_apart(a: Features, b: Features) -> int:
    if a.birth_date is None or b.birth_date is None:
        raise ValueError("both birth dates are needed")
    return abs(a.birth_date.year - b.birth_date.year)


def _same_day(a: Features, b: Features) -> bool:
    x, y = a.birth_date, b.birth_date
    return x is not None and y is not None and (x.month, x.day) == (y.month, y.day)


_SAME_DAY_SQL = "month(birth_date_l) = month(birth_date_r) AND day(birth_date_l) = day(birth_date_r)"
_YEARS_SQL = "abs(year(birth_date_l) - year(birth_date_r))"


def _decade(a: Features, b: Features) -> bool:
    return _tells_decade_of(a, b) or _tells_decade_of(b, a)


def _tells_decade_of(one: Features, other: Features) -> bool:
    if one.birth_date is None or other.birth_date is None or not one.rounded or one.birth_date.year % 10:
        return False
    return -5 <= other.birth_date.year - one.birth_date.year <= 9


_DECADE_SQL = " OR ".join(
    f"(rounded_{one} AND year(birth_date_{one}) % 10 = 0 "
    f"AND year(birth_date_{other}) - year(birth_date_{one}) BETWEEN -5 AND 9)"
    for one, other in (("l", "r"), ("r", "l"))
)

BIRTH = Comparison(
    "birth",
    "birth_date_l IS NULL OR birth_date_r IS NULL",
    lambda a, b: a.birth_date is None or b.birth_date is None,
    (
        Level(
            "same_date",
            "birth_date_l = birth_date_r",
            lambda a, b: a.birth_date == b.birth_date,
            0.76, 0.006, "birth_date",  # a date many registers write for want of a better one says little
        ),
        Level(
            "day_and_month_swapped",
            "year(birth_date_l) = year(birth_date_r) AND month(birth_date_l) = day(birth_date_r) "
            "AND day(birth_date_l) = month(birth_date_r)",
            _swapped,
            0.02, 0.0005,
        ),
        Level(
            "year_same_one_rounded",
            f"(rounded_l OR rounded_r) AND {_YEARS_SQL} = 0",
            lambda a, b: (a.rounded or b.rounded) and _years_apart(a, b) == 0,
            0.07, 0.006,
        ),
        Level(
            "day_same_year_near",
            f"{_SAME_DAY_SQL} AND NOT rounded_l AND NOT rounded_r AND {_YEARS_SQL} <= 2",
            lambda a, b: _same_day(a, b) and not a.rounded and not b.rounded and _years_apart(a, b) <= 2,
            0.06, 0.001,
        ),
        # One born on 1 January of a year nobody is sure of.
        Level(
            "both_rounded_years_near",
            f"rounded_l AND rounded_r AND {_YEARS_SQL} <= 2",
            lambda a, b: a.rounded and b.rounded and _years_apart(a, b) <= 2,
            0.015, 0.01,
        ),
        Level(
            "one_part_differs",
            f"{_YEARS_SQL} = 0 AND (month(birth_date_l) = month(birth_date_r) OR day(birth_date_l) = day(birth_date_r))",
            lambda a, b: _years_apart(a, b) == 0 and _shares_month_or_day(a, b),
            0.02, 0.003,
        ),
        Level(
            "told_year_near",
            f"(told_year_l OR told_year_r) AND {_YEARS_SQL} <= 5",
            lambda a, b: (a.told_year or b.told_year) and _years_apart(a, b) <= 5,
            0.015, 0.004,
        ),
        # Who does not know their year is often put down as born at the turn of a decade.
        Level("decade_one_rounded", _DECADE_SQL, _decade, 0.01, 0.01),
        Level("years_near", f"{_YEARS_SQL} <= 2", lambda a, b: _years_apart(a, b) <= 2, 0.04, 0.16),
        Level("different", "ELSE", _always, 0.01, 0.82),
    ),
)  # fmt: skip


def _shares_month_or_day(a: Features, b: Features) -> bool:
    x, y = a.birth_date, b.birth_date
    return x is not None and y is not None and (x.month == y.month or x.day == y.day)


def _same_segment(a: Features, b: Features, number: int) -> bool:
    return bool(a.cnic_segments[number]) and a.cnic_segments[number] == b.cnic_segments[number]


def _same_old_number(a: Features, b: Features) -> bool:
    """Whether the eleven-digit numbers issued before 2001 are the same: nothing of them stands in the number after."""
    return bool(a.old_nic) and a.old_nic == b.old_nic


COMPARISONS: tuple[Comparison, ...] = (
    _name(
        "given",
        (0.38, 0.27, 0.07, 0.10, 0.08, 0.02, 0.01, 0.02, 0.03),
        (0.002, 0.004, 0.02, 0.001, 0.02, 0.03, 0.02, 0.005, 0.898),
    ),
    _name(
        "surname",
        (0.45, 0.31, 0.03, 0.07, 0.05, 0.01, 0.01, 0.02, 0.04),
        (0.50, 0.10, 0.04, 0.01, 0.02, 0.01, 0.01, 0.01, 0.30),
    ),
    _name(
        "father",
        (0.36, 0.27, 0.12, 0.08, 0.06, 0.03, 0.01, 0.02, 0.04),
        (0.50, 0.10, 0.04, 0.01, 0.02, 0.03, 0.01, 0.01, 0.28),
    ),
    # Sisters and daughters have other husbands; a woman who married again has one record of each.
    _name(
        "husband",
        (0.36, 0.27, 0.10, 0.08, 0.06, 0.03, 0.01, 0.02, 0.07),
        (0.02, 0.01, 0.01, 0.01, 0.01, 0.03, 0.01, 0.01, 0.89),
    ),
    BIRTH,
    Comparison(
        "sex",
        "sex_l IS NULL OR sex_r IS NULL",
        lambda a, b: not a.sex or not b.sex,
        (
            Level("same", "sex_l = sex_r", lambda a, b: a.sex == b.sex, 0.99, 0.5),
            Level("different", "ELSE", _always, 0.01, 0.5),
        ),
    ),
    Comparison(
        "place",
        "district_code_l IS NULL OR district_code_r IS NULL",
        lambda a, b: not a.district_code or not b.district_code,
        (
            Level("same_area", "area_code_l = area_code_r", lambda a, b: a.area_code == b.area_code, 0.75, 0.55),
            Level(
                "same_district",
                "district_code_l = district_code_r",
                lambda a, b: a.district_code == b.district_code,
                0.14, 0.20,
            ),
            Level(
                "same_province",
                "province_code_l = province_code_r",
                lambda a, b: a.district_code[:3] == b.district_code[:3],
                0.06, 0.15,
            ),
            Level("different", "ELSE", _always, 0.05, 0.10),
        ),
    ),
    Comparison(
        "phone",
        "phone_l IS NULL OR phone_r IS NULL",
        lambda a, b: not a.phone or not b.phone,
        (
            Level("same", "phone_l = phone_r", lambda a, b: a.phone == b.phone, 0.60, 0.15, "phone"),
            Level("different", "ELSE", _always, 0.40, 0.85),
        ),
    ),
    Comparison(
        "cnic",
        "(cnic_l IS NULL OR cnic_r IS NULL) AND (old_nic_l = old_nic_r) IS NOT TRUE",
        lambda a, b: (not a.cnic or not b.cnic) and not _same_old_number(a, b),
        (
            Level("same", "cnic_l = cnic_r", lambda a, b: bool(a.cnic) and a.cnic == b.cnic, 0.79, 0.0002),
            Level("same_old_number", "old_nic_l = old_nic_r", _same_old_number, 0.01, 0.0001),
            Level(
                "digits_swapped",
                "cnic_sorted_l = cnic_sorted_r",
                lambda a, b: bool(a.cnic_sorted) and a.cnic_sorted == b.cnic_sorted,
                0.05, 0.0005,
            ),
            Level(
                "serial_and_another_segment_same",
                "cnic_2_l = cnic_2_r AND (cnic_1_l = cnic_1_r OR cnic_3_l = cnic_3_r)",
                lambda a, b: _same_segment(a, b, 1) and (_same_segment(a, b, 0) or _same_segment(a, b, 2)),
                0.05, 0.0005,
            ),
            Level(
                "outer_segments_same",
                "cnic_1_l = cnic_1_r AND cnic_3_l = cnic_3_r",
                lambda a, b: _same_segment(a, b, 0) and _same_segment(a, b, 2),
                0.07, 0.40,
            ),
            Level("different", "ELSE", _always, 0.03, 0.60),
        ),
    ),
)  # fmt: skip


def level_of(comparison: Comparison, a: Features, b: Features) -> Level | None:
    """The level a pair is on, None where nothing can be said."""
    if comparison.unknown(a, b):
        return None
    for level in comparison.levels:
        if level.holds(a, b):
            return level
    raise ValueError(f"{comparison.name} has no last level")
