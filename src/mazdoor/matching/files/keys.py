"""Which pairs are compared: those that share a key. The keys are chosen by counting what each would bring.

A key is one form of one field (the name, its sound, its first letters; a date, its month; …). A form that few rows
share serves alone; commoner forms serve two together, if two fields agree. What a key brings is counted before it is
taken, so a file of millions is not joined on its sexes.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import duckdb

from mazdoor.matching.files.cleaning import NAMES
from mazdoor.matching.files.columns import Field, Kind

#: Pairs a key may bring, for each row of the file; what a small file may always afford; and what all keys together may.
PAIRS_A_ROW = 60
ALWAYS = 20_000
ALTOGETHER = 120_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """Forms that must agree together, and the pairs they bring; ``crossed``: the one form here with the other there."""

    forms: tuple[str, ...]
    pairs: int
    crossed: bool = False

    def rule(self) -> str:
        """As Splink reads it."""
        if self.crossed:
            first, second = self.forms
            return f"(l.{first} = r.{second} OR l.{second} = r.{first})"
        return " AND ".join(f"l.{form} = r.{form}" for form in self.forms)

    def __str__(self) -> str:
        return (" is the other's " if self.crossed else " and ").join(form.removeprefix("key_") for form in self.forms)


def choose_keys(con: duckdb.DuckDBPyConnection, fields: tuple[Field, ...], rows: int) -> list[Key]:
    """Add the forms to `people` as columns ``key_…`` and choose the keys; the cheapest first."""
    forms = {form: (field, sql) for field in fields for form, sql in _forms(field)}
    columns = "".join(f", {sql} AS {form}" for form, (_, sql) in forms.items())
    con.execute(f"CREATE OR REPLACE TABLE people AS SELECT *{columns} FROM people ORDER BY unique_id")
    most = max(PAIRS_A_ROW * rows, ALWAYS)
    alone = {form: _pairs(con, (form,)) for form in forms}
    chosen = [Key((form,), pairs) for form, pairs in alone.items() if 0 < pairs <= most]
    common = [form for form, pairs in alone.items() if pairs > most]
    all_pairs = rows * (rows - 1) / 2
    for first, second in itertools.combinations(common, 2):
        if forms[first][0] == forms[second][0] or alone[first] * alone[second] / all_pairs > 4 * most:
            continue  # even if the two had nothing to do with each other, they would bring too many
        pairs = _pairs(con, (first, second))
        if 0 < pairs <= most:
            chosen.append(Key((first, second), pairs))
    chosen += _crossed(con, fields, most)
    chosen.sort(key=lambda key: (key.pairs, key.forms))
    sums = itertools.accumulate(key.pairs for key in chosen)
    return [key for key, whole in zip(chosen, sums, strict=True) if whole <= ALTOGETHER]


def _crossed(con: duckdb.DuckDBPyConnection, fields: tuple[Field, ...], most: int) -> list[Key]:
    """Given name and surname that changed places: the one's given name is the other's surname."""
    names = [next((each.name for each in fields if each.kind is kind), None) for kind in (Kind.GIVEN, Kind.SURNAME)]
    given, surname = names
    if given is None or surname is None:
        return []
    sql = (
        f"SELECT coalesce(sum(a.n * b.n), 0) FROM (SELECT {given} AS v, count(*) AS n FROM people GROUP BY 1) a "
        f"JOIN (SELECT {surname} AS v, count(*) AS n FROM people GROUP BY 1) b USING (v)"
    )
    pairs = int(con.execute(sql).fetchall()[0][0])
    return [Key((given, surname), pairs, crossed=True)] if 0 < pairs <= most else []


def _pairs(con: duckdb.DuckDBPyConnection, forms: tuple[str, ...]) -> int:
    known = " AND ".join(f"{form} IS NOT NULL" for form in forms)
    counted = f"SELECT count(*) AS n FROM people WHERE {known} GROUP BY {', '.join(forms)}"
    sql = f"SELECT coalesce(sum(n * (n - 1) // 2), 0) FROM ({counted})"
    return int(con.execute(sql).fetchall()[0][0])


def _forms(field: Field) -> list[tuple[str, str]]:
    """The forms of a field: the name of its column, and how it is made."""
    name = field.name
    forms = {"": name}
    if field.kind in NAMES:
        forms |= {"_sound": f"{name}_sound", "_head": f"left({name}, 3)"}
    elif field.kind is Kind.BIRTH:
        forms |= {"_month": f"left({name}, 6)", "_day": f"right({name}, 4)", "_year": f"left({name}, 4)"}
    elif field.kind is Kind.EMAIL:
        forms |= {"_user": f"nullif(split_part({name}, '@', 1), '')", "_head": f"left({name}, 5)"}
    elif field.kind is Kind.NUMBER:
        forms |= {"_head": f"left({name}, 4)", "_tail": f"right({name}, 4)"}
    elif field.kind is Kind.TEXT:
        forms |= {"_head": f"left({name}, 4)"}
    return [(f"key_{name}{ending}", sql) for ending, sql in forms.items()]
