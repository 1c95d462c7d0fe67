"""What two strangers, and two members of one family, have in common: counted from the people themselves."""

from __future__ import annotations

import math

import duckdb
import pyarrow as pa

from mazdoor.matching.comparison import COMPARISONS, Comparison
from mazdoor.matching.model import RAREST, LevelNumbers, Model

#: Frequencies kept with a model for the counter: the commonest values; the rest count as the floor.
KEPT = 3_000
#: A sound is attested if at least this many people, and at least this share, have it in one of their names.
ATTESTED_TIMES = 3
ATTESTED_SHARE = 2e-5
#: A level seen fewer times than this among strangers is not counted as rarer than its match share by this factor.
SEEN_ENOUGH = 20
MOST_FOR_UNSEEN = 64.0
#: Fields that kin living together always share and kin living apart need not: the opinion stands, nothing is counted.
_KIN_ELSEWHERE = frozenset({"place", "phone"})
#: Fields that are dear to compare: a smaller sample of strangers serves them.
_NAMES = ("given", "surname", "father", "husband")
_NAME_FIELDS = frozenset(_NAMES)
#: Levels on which a misspelt name is.
_SLIPS = ("misspelt", "misspelt_different")
#: The people whose families are looked at: a fixed pseudo-random choice of households.
_SOME_AT_HOME = (
    "SELECT unique_id FROM folk WHERE household IS NOT NULL ORDER BY hash(household), unique_id LIMIT 150000"
)
#: Levels that are equality of a number as good as nobody shares, and its column.
_NUMBERS = {
    ("cnic", "same"): "cnic",
    ("cnic", "same_old_number"): "old_nic",
    ("cnic", "digits_swapped"): "cnic_sorted",
}
#: Weight of the starting opinion against counted pairs, in pairs.
OPINION = 200.0


def frequency_columns() -> list[str]:
    """Columns of `people` whose values are weighed by how common they are."""
    return sorted({lv.frequency_column for c in COMPARISONS for lv in c.levels if lv.frequency_column})


def values_of(column: str) -> str:
    """FROM clause of (value, n) over a frequency column: of `folk`, of the sounds of names, or of each part of each name."""
    name, _, what = column.partition("_")
    if name not in _NAMES:
        return f"(SELECT {column}, count(*) AS n FROM folk WHERE {column} IS NOT NULL GROUP BY 1)"
    said = "unnest(parts)" if what == "part" else what
    return (
        f"(SELECT {said} AS {column}, n FROM (SELECT {name}_id AS name_id, count(*) AS n FROM folk GROUP BY 1) "
        "JOIN names USING (name_id) WHERE sound <> '')"
    )


def count(con: duckdb.DuckDBPyConnection, *, pairs: int) -> Model:
    """A model with the stranger and kin numbers of these people, and starting opinions for true pairs.

    Strangers: a square sample of at least `pairs` random pairs; levels that are plain equality of one column are exact,
    from the frequencies. Kin: pairs of one household whose father or surname sounds the same.
    """
    records = int(con.execute("SELECT count(*) FROM folk").fetchall()[0][0])
    model = Model(prior_weight=-20.0, kin_weight=-5.0, records=records)
    count_attested(con, model)
    keep_frequencies(con, model)
    strangers = _levels(con, _strangers(con, records, pairs // 8), names=True)
    strangers |= _levels(con, _strangers(con, records, pairs), names=False)
    kin = _levels(
        con,
        f"(SELECT * FROM people WHERE unique_id IN ({_SOME_AT_HOME})) l JOIN (SELECT * FROM people WHERE household IN "
        f"(SELECT household FROM folk WHERE unique_id IN ({_SOME_AT_HOME}))) r "
        "ON l.household = r.household AND l.unique_id < r.unique_id "
        "AND (l.father_sound = r.father_sound OR l.surname_sound = r.surname_sound)",
    )
    exact = _exact(con, model)
    for comparison in COMPARISONS:
        counted, family = strangers[comparison.name], kin[comparison.name]
        seen, seen_kin = sum(counted.values()), sum(family.values())
        numbers: dict[str, LevelNumbers] = {}
        for level in comparison.levels:
            # half a pair more on every level: what was not seen is rare, not impossible
            stranger = (counted.get(level.name, 0) + 0.5) / (seen + 0.5 * len(comparison.levels))
            if counted.get(level.name, 0) < SEEN_ENOUGH:
                stranger = max(stranger, level.match / MOST_FOR_UNSEEN)
            stranger = exact.get((comparison.name, level.name), stranger)
            kin_share = (family.get(level.name, 0) + OPINION * level.kin) / (seen_kin + OPINION)
            if comparison.name in _KIN_ELSEWHERE:
                kin_share = level.kin
            numbers[level.name] = LevelNumbers(level.match, max(stranger, 1e-9), max(kin_share, 1e-6))
        model.comparisons[comparison.name] = numbers
    con.execute("DROP TABLE some_people")
    con.execute("DROP TABLE some_pairs")
    return model


def set_slips_aside(model: Model) -> None:
    """Take out of the numbers how often names are misspelt at all: of two records it says nothing whether they are one person.

    Where only second records are misspelt, a slip would else count as a sign of being one, in each name anew.
    """
    for name in _NAMES:
        numbers = model.comparisons[name]
        true_slips = sum(numbers[level].match for level in _SLIPS)
        for who in ("stranger", "kin"):
            slips = sum(getattr(numbers[level], who) for level in _SLIPS)
            for level, each in numbers.items():
                share = true_slips / slips if level in _SLIPS else (1 - true_slips) / (1 - slips)
                setattr(each, who, min(getattr(each, who) * share, 0.999))


def kin_pairs(con: duckdb.DuckDBPyConnection) -> float:
    """About how many pairs of kin live apart: as many as live together and share a father, at least one a person."""
    row = con.execute(
        """
        SELECT sum(n * (n - 1) / 2), (SELECT count(*) FROM narrow) FROM (
            SELECT count(*) AS n FROM narrow WHERE household IS NOT NULL AND coalesce(father_sound, surname_sound) IS NOT NULL
            GROUP BY household, father_sound IS NULL, coalesce(father_sound, surname_sound)
        )
        """
    ).fetchall()[0]
    return max(float(row[0] or 0.0), float(row[1]))


def keep_frequencies(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Frequency tables `tf_<column>` in the database, and the commonest values in the model."""
    for column in frequency_columns():
        con.execute(
            f"""
            CREATE OR REPLACE TABLE tf_{column} AS
            SELECT {column}, greatest(sum(n) / sum(sum(n)) OVER (), {RAREST})::DOUBLE AS tf_{column},
                   sum(n) / sum(sum(n)) OVER () AS share
            FROM {values_of(column)} GROUP BY {column}
            """
        )
        row = con.execute(f"SELECT sum(share * share) FROM tf_{column}").fetchall()
        con.execute(f"ALTER TABLE tf_{column} DROP COLUMN share")
        model.usual[column] = max(float(row[0][0] or 0.0), 1.0 / max(model.records, 2) ** 2)
        if column == "phone":  # phones are nearly unique: keep none of them with the model
            model.frequency_floor[column] = max(1.5 / max(model.records, 1), RAREST)
            model.frequencies[column] = {}
            continue
        rows = con.execute(
            f"SELECT {column}, tf_{column} FROM tf_{column} ORDER BY tf_{column} DESC, {column} LIMIT {KEPT}"
        ).fetchall()
        model.frequencies[column] = {str(value): round(share, 9) for value, share in rows}
        model.frequency_floor[column] = min(model.frequencies[column].values(), default=RAREST)


def load_frequencies(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Frequency tables for a model that is used and not trained: its own values, the floor for all others.

    Misspelt names are marked by the model's own list too.
    """
    mark_misspelt(con, model)
    for column in frequency_columns():
        table = model.frequencies.get(column, {})
        floor = max(model.frequency_floor.get(column, RAREST), RAREST)
        kept = pa.table(  # noqa: F841  (DuckDB reads it by its name)
            {
                "value": pa.array(list(table), pa.string()),
                "share": pa.array([max(share, RAREST) for share in table.values()], pa.float64()),
            }
        )
        con.execute(
            f"""
            CREATE OR REPLACE TABLE tf_{column} AS
            SELECT {column}, coalesce(any_value(share), {floor})::DOUBLE AS tf_{column}
            FROM {values_of(column)} LEFT JOIN kept ON value = CAST({column} AS VARCHAR) GROUP BY {column}
            """
        )


def count_attested(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Which sounds people are really called by, into the model; and who has a name with another part, into `people`."""
    each = " UNION ALL ".join(f"SELECT {name}_id AS name_id, count(*) AS n FROM folk GROUP BY 1" for name in _NAMES)
    enough = max(ATTESTED_TIMES, ATTESTED_SHARE * model.records)
    rows = con.execute(
        f"SELECT part FROM (SELECT unnest(string_split(sound, ' ')) AS part, n FROM ({each}) JOIN names USING (name_id) "
        f"WHERE sound <> '') GROUP BY part HAVING sum(n) >= {enough}"
    ).fetchall()
    model.attested = frozenset(row[0] for row in rows)
    mark_misspelt(con, model)


def mark_misspelt(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Column `misspelt` of `names`: whether any telling part of the name is not attested in the model."""
    attested = pa.table({"part": pa.array(sorted(model.attested), pa.string())})  # noqa: F841  (DuckDB reads it by name)
    con.execute(
        """
        UPDATE names SET misspelt = name_id IN (
            SELECT name_id FROM (SELECT name_id, unnest(string_split(sound, ' ')) AS part FROM names WHERE sound <> '')
            ANTI JOIN attested USING (part)
        )
        """
    )


def level_sql(comparison: Comparison) -> str:
    """SQL giving the name of the level a pair is on; NULL where nothing can be said."""
    whens = " ".join(f"WHEN {level.sql} THEN '{level.name}'" for level in comparison.levels if level.sql != "ELSE")
    return f"CASE WHEN {comparison.unknown_sql} THEN NULL {whens} ELSE '{comparison.levels[-1].name}' END"


def pair_columns(con: duckdb.DuckDBPyConnection) -> str:
    """`l.x AS x_l, r.x AS x_r` for every column of `people`."""
    columns = [row[0] for row in con.execute("DESCRIBE people").fetchall()]
    return ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in columns)


def _strangers(con: duckdb.DuckDBPyConnection, records: int, pairs: int) -> str:
    """Pairs of a fixed pseudo-random set of people, as a FROM clause; no two of one household."""
    side = min(records, math.ceil(math.sqrt(2 * pairs)))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE some_people AS SELECT * FROM people WHERE unique_id IN "
        f"(SELECT unique_id FROM folk ORDER BY hash(unique_id), unique_id LIMIT {side})"
    )
    return "some_people l JOIN some_people r ON l.unique_id < r.unique_id AND l.household IS DISTINCT FROM r.household"


def _levels(con: duckdb.DuckDBPyConnection, pairs: str, *, names: bool | None = None) -> dict[str, dict[str, int]]:
    """How many of these pairs are on each level: of every field, or of the `names` only, or of all but the names."""
    chosen = [c for c in COMPARISONS if names is None or names == (c.name in _NAME_FIELDS)]
    levels = ", ".join(f"{level_sql(comparison)} AS {comparison.name}" for comparison in chosen)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE some_pairs AS SELECT {levels} FROM (SELECT {pair_columns(con)} FROM {pairs})"
    )
    out: dict[str, dict[str, int]] = {}
    for comparison in chosen:
        rows = con.execute(
            f"SELECT {comparison.name}, count(*) FROM some_pairs WHERE {comparison.name} IS NOT NULL GROUP BY 1"
        ).fetchall()
        out[comparison.name] = {name: int(number) for name, number in rows}
    return out


def _exact(con: duckdb.DuckDBPyConnection, model: Model) -> dict[tuple[str, str], float]:
    """Chance of two strangers agreeing on a column, where a level is just that: sum of squared shares."""
    out = {
        (comparison.name, level.name): model.usual[level.frequency_column]
        for comparison in COMPARISONS
        for level in comparison.levels
        if level.frequency_column and level.name in ("same", "same_date")
    }
    for level, column in _NUMBERS.items():
        row = con.execute(
            f"""
            SELECT sum(n * n)::DOUBLE / pow(sum(n), 2)
            FROM (SELECT count(*)::DOUBLE AS n FROM folk WHERE {column} IS NOT NULL GROUP BY {column})
            """
        ).fetchall()
        out[level] = max(float(row[0][0] or 0.0), 1.0 / max(model.records, 2) ** 2)
    return out
