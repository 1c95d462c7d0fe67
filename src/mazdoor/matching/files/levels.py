"""How alike two values are: for each kind of field the levels Splink compares by, best first, with an opening opinion.

The opinions (`m_probability`: how often true pairs stand on a level) are only where learning starts, and what it holds to
where a file has too few pairs to teach better. None was fitted to any published set.
"""

from __future__ import annotations

from typing import Any

from mazdoor.matching.files.columns import Field, Kind

Level = dict[str, Any]


def comparisons(fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    """One Splink comparison for each field."""
    return [{"output_column_name": each.name, "comparison_levels": _levels(each, fields)} for each in fields]


def _levels(field: Field, fields: tuple[Field, ...]) -> list[Level]:
    name = field.name
    if field.kind in (Kind.GIVEN, Kind.SURNAME):
        other = _partner(field, fields)
        return _closed(name, _name(name, None if other is None else other.name))
    if field.kind in (Kind.FULL_NAME, Kind.FATHER):
        return _closed(name, _name(name, None))
    if field.kind is Kind.BIRTH:
        return _closed(name, _birth(name))
    if field.kind in (Kind.NUMBER, Kind.CODE):
        return _closed(name, _number(name))
    if field.kind is Kind.EMAIL:
        return _closed(name, _email(name))
    if field.kind in (Kind.SEX, Kind.CATEGORY):
        return _closed(name, [_exact(name, 0.9)])
    moved = [
        f"{name}_l = {each.name}_r OR {each.name}_l = {name}_r"
        for each in fields
        if each.kind is Kind.TEXT and each != field
    ]
    return _closed(name, _text(name, moved))


def _partner(field: Field, fields: tuple[Field, ...]) -> Field | None:
    """Given name and surname change places in many a file."""
    other = Kind.SURNAME if field.kind is Kind.GIVEN else Kind.GIVEN
    return next((each for each in fields if each.kind is other), None)


def _level(condition: str, label: str, share: float) -> Level:
    return {"sql_condition": condition, "label_for_charts": label, "m_probability": share}


def _exact(name: str, share: float) -> Level:
    rare = {"tf_adjustment_column": name, "tf_adjustment_weight": 1.0}
    return _level(f"{name}_l = {name}_r", "the same", share) | rare


def _closed(name: str, levels: list[Level]) -> list[Level]:
    """With the level for what is not known before, and the level for everything else after; shares sum to one."""
    levels = [*levels, _level("ELSE", "different", 0.05)]
    whole = sum(each["m_probability"] for each in levels)
    for each in levels:
        each["m_probability"] /= whole
    unknown = {"sql_condition": f"{name}_l IS NULL OR {name}_r IS NULL", "label_for_charts": "unknown"}
    return [unknown | {"is_null_level": True}, *levels]


def _edits(name: str, most: int) -> str:
    """At most so many letters wrong, missing, doubled or swapped. The lengths are looked at first: that is cheap."""
    a, b = f"{name}_l", f"{name}_r"
    return f"(abs(length({a}) - length({b})) <= {most} AND damerau_levenshtein({a}, {b}) <= {most})"


def _alike(first: str, second: str, least: float) -> str:
    return f"jaro_winkler_similarity({first}, {second}) >= {least}"


def _name(name: str, other: str | None) -> list[Level]:
    a, b = f"{name}_l", f"{name}_r"
    levels = [
        _exact(name, 0.7),
        _level(f"{name}_sound_l = {name}_sound_r AND {_alike(a, b, 0.8)}", "sounds the same", 0.07),
        _level(_edits(name, 1), "one letter differs", 0.1),
    ]
    if other is not None:
        x, y = f"{other}_l", f"{other}_r"
        crossed = f"{a} = {y} OR {b} = {x} OR {_alike(a, y, 0.92)} OR {_alike(b, x, 0.92)}"
        levels += [
            _level(f"{a} = {y} AND {b} = {x}", "changed places", 0.04),
            _level(crossed, "stands as the other name", 0.02),
        ]
    return [
        *levels,
        _level(_alike(a, b, 0.9), "much alike", 0.05),
        _level(f"{_alike(a, b, 0.8)} OR {_edits(name, 2)}", "alike", 0.03),
    ]


def _text(name: str, moved: list[str]) -> list[Level]:
    levels = [_exact(name, 0.75)]
    if moved:
        levels.append(_level(" OR ".join(moved), "stands in the other line", 0.04))
    return [
        *levels,
        _level(_edits(name, 1), "one letter differs", 0.1),
        _level(_alike(f"{name}_l", f"{name}_r", 0.9), "much alike", 0.06),
        _level(f"{_alike(f'{name}_l', f'{name}_r', 0.8)} OR {_edits(name, 2)}", "alike", 0.03),
    ]


def _number(name: str) -> list[Level]:
    return [
        _exact(name, 0.8),
        _level(_edits(name, 1), "one figure differs", 0.1),
        _level(_edits(name, 2), "two figures differ", 0.05),
    ]


def _birth(name: str) -> list[Level]:
    """Dates as eight figures, year month day."""
    a, b = f"{name}_l", f"{name}_r"
    turned = f"left({a}, 4) = left({b}, 4) AND substr({a}, 5, 2) = substr({b}, 7, 2) AND substr({a}, 7, 2) = substr({b}, 5, 2)"
    return [
        _exact(name, 0.75),
        _level(f"{_edits(name, 1)} OR ({turned})", "one figure differs, or day and month changed places", 0.1),
        _level(f"left({a}, 6) = left({b}, 6)", "same month", 0.03),
        _level(f"right({a}, 4) = right({b}, 4)", "same day of another year", 0.03),
        _level(_edits(name, 2), "two figures differ", 0.03),
        _level(f"left({a}, 4) = left({b}, 4)", "same year", 0.02),
    ]


def _email(name: str) -> list[Level]:
    a, b = f"{name}_l", f"{name}_r"
    first, second = f"split_part({a}, '@', 1)", f"split_part({b}, '@', 1)"
    return [
        _exact(name, 0.7),
        _level(f"{first} = {second}", "same before the @", 0.1),
        _level(f"{_edits(name, 2)} OR {_alike(a, b, 0.93)}", "much alike", 0.1),
        _level(_alike(first, second, 0.85), "alike before the @", 0.03),
    ]
