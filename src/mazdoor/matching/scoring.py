"""Weigh pairs in bulk: first at best and cheaply, then exactly, with each pair of names compared once.

The weights against strangers are Splink's own (a test compares them on the same pairs), but for what two names share in
part, which Splink has no term frequency for. They are written out here because Splink carries every compared column of
every pair through its tables, which at ten million people is thirty times the work.
"""

from __future__ import annotations

import math
import re

from mazdoor.matching.chance import frequency_columns
from mazdoor.matching.comparison import COMPARISONS, NAME_COLUMNS, Comparison, Level
from mazdoor.matching.engines import Engine
from mazdoor.matching.model import RAREST, Model

NAMES = ("given", "surname", "father", "husband")
#: Names whose spellings differ in more letters than this are never close: two slips of the pen differ in four.
LETTERS_APART = 6
#: Levels of a name that tell of it in another box.
_CROSSED = ("swapped_with_father", "swapped_with_surname", "named_as_husband")
#: Levels of names that are told from numbers; the others by `alike_<name>`.
_BY_NUMBERS = ("same", "same_sound", *_CROSSED)


def bits(model: Model, comparison: Comparison, level: Level) -> float:
    """What a level is worth against strangers; where a frequency counts, without it (add minus log2 of the share)."""
    numbers = model.comparisons[comparison.name][level.name]
    usual = model.usual[level.frequency_column] if level.frequency_column else 1.0
    return math.log2(numbers.match / numbers.stranger * usual)


def columns_read(sql: str) -> list[str]:
    """The columns that an expression over two records side by side reads, and the number of the record."""
    return sorted({"unique_id", *re.findall(r"\b([a-z_0-9]+)_[lr]\b", sql)})


def with_names(rows: str, columns: list[str]) -> str:
    """SELECT of these columns over ``rows`` (a FROM clause, rows of `narrow` as ``p``), what its names say among them."""
    looked_up = {
        **{f"{n}_text": f"{n}.text_n" for n in NAMES},
        **{f"{what}_{n}": f"{n}.{what}" for n in NAMES for what in ("size", "letters", "said")},
        **{f"rare_{n}_{what}": f"{n}.rare_{n}_{what}" for n in NAMES for what in ("sound", "text", "part")},
    }
    said = ", ".join(f"{looked_up.get(column, f'p.{column}')} AS {column}" for column in columns)
    return (
        f"SELECT {said} FROM {rows} {' '.join(f'LEFT JOIN name_numbers {n} ON {n}.name_id = p.{n}_id' for n in NAMES)}"
    )


def _on_numbers(sql: str) -> str:
    """A condition on two birth dates, on the parts that `narrow` holds beside them: taking a date apart is dear."""
    return re.sub(r"\b(year|month|day)\(birth_date_([lr])\)", r"birth_\1_\2", sql)


def best_sql(model: Model) -> str:
    """SQL over `narrow` side by side: the most a pair can weigh, in bits, without a look at how alike its names are."""
    prior = _double(model.prior_weight)
    return " + ".join([prior, *(_best(model, comparison) for comparison in COMPARISONS)])


def _best(model: Model, comparison: Comparison) -> str:
    weights = {level.name: bits(model, comparison, level) for level in comparison.levels}
    whens = [f"WHEN {comparison.unknown_sql} THEN 0e0"]
    if comparison.name not in NAMES:
        for level in comparison.levels:
            weight = _double(weights[level.name])
            if level.frequency_column:
                weight += f" + least(rare_{level.frequency_column}_l, rare_{level.frequency_column}_r)"
            whens.append(f"WHEN {_on_numbers(level.sql)} THEN {weight}" if level.sql != "ELSE" else f"ELSE {weight}")
        return f"(CASE {' '.join(whens)} END)"
    name = comparison.name
    if name == "husband":
        return _best_of_few(name, comparison, weights)
    heard, part = (f"least(rare_{name}_{what}_l, rare_{name}_{what}_r)" for what in ("sound", "part"))
    spelt = f"{_double(weights['same'])} + rare_{name}_text_l"
    close = f"greatest({_double(weights['misspelt'])} + {heard}, {_double(weights['close'])})"
    shared = f"{_double(max(weights['part_left_out'], weights['shared_part']))} + coalesce({part}, 0)"
    near = f"bit_count(xor(letters_{name}_l, letters_{name}_r)) <= least({LETTERS_APART}, (size_{name}_l + size_{name}_r) // 4 + 1)"
    far = _double(max(weights["only_title_left"], weights["misspelt_different"], weights["different"]))
    whens += [
        f"WHEN {name}_text_l = {name}_text_r THEN {spelt}",
        f"WHEN {name}_sound_l = {name}_sound_r THEN {_double(weights['same_sound'])} + {heard}",
        *(
            f"WHEN {level.sql} THEN {_double(weights[level.name])}"
            for level in comparison.levels
            if level.name in _CROSSED
        ),
        f"WHEN (said_{name}_l & said_{name}_r) <> 0 THEN CASE WHEN {near} THEN greatest({shared}, {close}) ELSE {shared} END",
        f"WHEN {near} THEN {close}",
        f"ELSE {far}",
    ]
    return f"(CASE {' '.join(whens)} END)"


def _best_of_few(name: str, comparison: Comparison, weights: dict[str, float]) -> str:
    """For a name that few people have: a looser bound from two columns, so that rows stay narrow while keys are joined.

    No sound and no part of a spelling is rarer than the spelling itself.
    """
    rare = f"least(rare_{name}_text_l, rare_{name}_text_r)"
    alike = max(weights[level] for level in ("misspelt", "part_left_out", "shared_part"))
    apart = max(weights[level] for level in ("close", "only_title_left", "misspelt_different", "different"))
    return (
        f"(CASE WHEN {comparison.unknown_sql} THEN 0e0 WHEN {name}_sound_l = {name}_sound_r "
        f"THEN {_double(max(weights['same'], weights['same_sound']))} + {rare} "
        f"ELSE greatest({_double(alike)} + {rare}, {_double(apart)}) END)"
    )


def score(engine: Engine, model: Model) -> None:
    """Turn table `blocked` into `scored`: ids, `one_household`, level and weight of each field, the sums `strangers` and `kin`.

    The sums leave the priors and the household out; `combined_sql` adds them.
    """
    for name in NAMES:
        _compare_names(engine, name)
    engine.make("scored", _select(model))
    engine.drop("alike", *(f"alike_{name}" for name in NAMES))


def _compare_names(engine: Engine, name: str) -> None:
    """Table `alike_<name>`: each distinct pair of names that is not the same sound, its level, how rare what they share is."""
    comparison = next(each for each in COMPARISONS if each.name == name)
    levels = [level for level in comparison.levels if level.name not in _BY_NUMBERS]
    whens = " ".join(f"WHEN {level.sql} THEN '{level.name}'" for level in levels if level.sql != "ELSE")
    in_part = ", ".join(f"'{level.name}'" for level in levels if (level.frequency_column or "").endswith("_part"))
    side = ", ".join(
        f"x.{column} AS {name}_{column}_l, y.{column} AS {name}_{column}_r" for column in ("name_id", *NAME_COLUMNS)
    )
    engine.make_by_row(
        "alike",
        f"""
        SELECT {side} FROM (
            SELECT DISTINCT least(l.{name}_id, r.{name}_id) AS a, greatest(l.{name}_id, r.{name}_id) AS b
            FROM blocked JOIN narrow l ON l.unique_id = unique_id_l JOIN narrow r ON r.unique_id = unique_id_r
            WHERE l.{name}_sound <> r.{name}_sound
        ) JOIN names x ON x.name_id = a JOIN names y ON y.name_id = b
        """,
        f"""
        SELECT one, other, level, CASE WHEN level IN ({in_part}) THEN list_intersect(parts_l, parts_r) END AS shared FROM (
            SELECT {name}_name_id_l AS one, {name}_name_id_r AS other,
                   CASE {whens} ELSE '{levels[-1].name}' END AS level, {name}_parts_l AS parts_l, {name}_parts_r AS parts_r
            FROM rows
        )
        """,
    )
    engine.make(
        f"alike_{name}",
        f"""
        SELECT one, other, level, rare FROM alike LEFT JOIN (
            SELECT one, other, max(-log2(greatest(tf_{name}_part, {RAREST}))) AS rare
            FROM (SELECT one, other, unnest(shared) AS {name}_part FROM alike WHERE shared IS NOT NULL)
            JOIN tf_{name}_part USING ({name}_part) GROUP BY one, other
        ) USING (one, other)
        """,
    )


def combined_sql(model: Model) -> str:
    """SQL of `model.combine` over the columns `strangers`, `kin` and `one_household`."""
    household = f"CASE WHEN one_household THEN {_double(model.same_household_weight)} ELSE 0e0 END"
    s, k = f"(strangers + {_double(model.prior_weight)})", f"(kin + {_double(model.kin_weight)} + {household})"
    return f"(least({s}, {k}) - log2(1 + pow(2, least({s}, {k}) - greatest({s}, {k}))))"


def _select(model: Model) -> str:
    levels = ", ".join(f"{_level(comparison)} AS level_{comparison.name}" for comparison in COMPARISONS)
    rare = ", ".join(
        f"least(rare_{column}_l, rare_{column}_r) AS rare_{column}"
        for column in frequency_columns()
        if not column.endswith("_part")
    )
    columns = ["household", *columns_read(levels + rare)]
    side = ", ".join(f"{one}.{column} AS {column}_{one}" for column in columns for one in ("l", "r"))
    alike = ", ".join(f"{name}.level AS alike_{name}, {name}.rare AS rare_{name}" for name in NAMES)
    joins = " ".join(
        f"LEFT JOIN alike_{name} {name} ON {name}.one = least(l.{name}_id, r.{name}_id) "
        f"AND {name}.other = greatest(l.{name}_id, r.{name}_id)"
        for name in NAMES
    )
    looked_up = with_names(
        "(SELECT * FROM narrow SEMI JOIN (SELECT unique_id_l AS unique_id FROM blocked UNION ALL SELECT unique_id_r "
        "FROM blocked) USING (unique_id)) p",
        [*columns, *(f"{name}_id" for name in NAMES)],
    )
    in_part = ", ".join(f"rare_{name}" for name in NAMES)
    names = ", ".join(f"level_{comparison.name}" for comparison in COMPARISONS)
    weights = ", ".join(f"{_weight(model, comparison)} AS weight_{comparison.name}" for comparison in COMPARISONS)
    strangers = " + ".join(f"weight_{comparison.name}" for comparison in COMPARISONS)
    kin = " + ".join(_kin(model, comparison.name) for comparison in COMPARISONS)
    return f"""
        WITH met AS MATERIALIZED ({looked_up}), side_by_side AS (
            SELECT match_key, {side}, {alike}
            FROM blocked JOIN met l ON l.unique_id = blocked.unique_id_l JOIN met r ON r.unique_id = blocked.unique_id_r
            {joins}
        ), levelled AS (
            SELECT unique_id_l, unique_id_r, match_key, coalesce(household_l = household_r, FALSE) AS one_household,
                   {levels}, {rare}, {in_part}
            FROM side_by_side
        ), weighed AS (
            SELECT unique_id_l, unique_id_r, match_key, one_household, {names}, {weights} FROM levelled
        )
        SELECT *, {strangers} AS strangers, {kin} AS kin FROM weighed
    """


def _level(comparison: Comparison) -> str:
    whens = f"WHEN {comparison.unknown_sql} THEN NULL"
    for level in comparison.levels:
        if comparison.name in NAMES and level.name not in _BY_NUMBERS:
            return f"CASE {whens} ELSE alike_{comparison.name} END"
        if level.sql == "ELSE":
            return f"CASE {whens} ELSE '{level.name}' END"
        whens += f" WHEN {_on_numbers(level.sql)} THEN '{level.name}'"
    raise ValueError(f"{comparison.name} has no last level")


def _weight(model: Model, comparison: Comparison) -> str:
    """Weight of one field against strangers, in bits, by its level."""
    whens = []
    for level in comparison.levels:
        weight = _double(bits(model, comparison, level))
        if level.frequency_column:
            shared = level.frequency_column.endswith("_part")
            weight += f" + rare_{comparison.name if shared else level.frequency_column}"
        whens.append(f"WHEN '{level.name}' THEN {weight}")
    return f"CASE level_{comparison.name} {' '.join(whens)} ELSE 0e0 END"


def _kin(model: Model, comparison: str) -> str:
    """Weight of one field against kin, in bits, by its level."""
    whens = " ".join(
        f"WHEN '{level}' THEN {_double(math.log2(numbers.match / numbers.kin))}"
        for level, numbers in model.comparisons[comparison].items()
    )
    return f"CASE level_{comparison} {whens} ELSE 0e0 END"


def _double(number: float) -> str:
    """A literal that is read as a double: without the exponent it would be an exact decimal, and sums would overflow."""
    return f"{number:.15e}"
