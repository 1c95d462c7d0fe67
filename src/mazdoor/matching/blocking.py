"""Which pairs are worth weighing: records that share a match key and might, at best, still be one person.

One join per key. What a key would bring is counted first: a key too wide for this many people is left out and named, so
that a register of ten million is joined on the narrow keys and a small one on all of them. The pairs of a key are
screened while they are joined: the fields that cost nothing to compare are weighed, names only by what they could be
worth at best, and a pair that cannot reach the lower threshold is never written down.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from mazdoor.matching.keys import RECIPES, KeyRecipe
from mazdoor.matching.model import Model
from mazdoor.matching.scoring import NAMES, best_sql

#: Features of keys over table `narrow`; the same features as `keys.FEATURE_SQL`, as numbers.
_FEATURES: dict[str, str] = {
    "given": "given_head",
    "surname": "surname_head",
    "father": "father_head",
    "names": "names",
    "tail": "given_tail",
    "ftail": "father_tail",
    "g1": "g1",
    "s1": "s1",
    "f1": "f1",
    "born": "born",
    "year": "year",
    "day": "day",
    "sex": "sex",
    "district": "district_code",
    "phone": "phone",
    "cnic": "cnic",
    "c1": "cnic_1",
    "c2": "cnic_2",
    "c3": "cnic_3",
    "csorted": "cnic_sorted",
    "old": "old_nic",
}


@dataclass(frozen=True, slots=True)
class Blocking:
    """``pairs`` that passed the screen, ``joined`` before it (a pair counts once for each key); by recipe: records in
    blocks too common to join (``left_out``), pairs joined (``found_by``), pairs a key would have brought (``too_wide``).
    """

    pairs: int
    joined: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    found_by: dict[str, int] = field(default_factory=dict)
    too_wide: dict[str, int] = field(default_factory=dict)


def lay_out(con: duckdb.DuckDBPyConnection, model: Model) -> None:
    """Table `narrow` from `folk`, `names` and the frequencies: numbers only, what joins and cheap weights read.

    ``rare_<column>`` is minus log2 of a value's share; ``letters_<name>`` has a bit for each letter of a name's spelling,
    ``said_<name>`` one for the hash of each of its parts, so that names without anything in common show it in one step.
    """
    con.execute(
        """
        CREATE OR REPLACE TABLE name_numbers AS
        SELECT name_id, nullif(sound, '') AS sound, nullif(text, '') AS text,
               CASE WHEN text <> '' THEN hash(text) END AS text_n,
               CASE WHEN sound <> '' THEN hash(sound) END AS sound_n,
               CASE WHEN head <> '' THEN hash(head) END AS head_n, head, parts,
               CASE WHEN len(parts) > 0 THEN hash(parts[-1]) WHEN head <> '' THEN hash(head) END AS tail_n,
               nullif(head[1], '') AS first,
               coalesce(list_bit_or(list_transform(string_split(nullif(text, ''), ''),
                                                   x -> CAST(1 AS BIGINT) << (ord(x) % 61))), 0) AS letters,
               coalesce(list_bit_or(list_transform(parts, x -> CAST(1 AS BIGINT) << CAST(hash(x) % 61 AS INTEGER))), 0)
                   AS said
        FROM names
        """
    )
    named = ", ".join(
        f"{n}.sound_n AS {n}_sound, {n}.text_n AS {n}_text, {n}.head_n AS {n}_head, "
        f"{n}.letters AS letters_{n}, {n}.said AS said_{n}, "
        f"{n}.first AS {n[0]}1, {n}_heard.rare AS rare_{n}_sound, {n}_spelt.rare AS rare_{n}_text, {n}_part.rare AS rare_{n}_part"
        for n in NAMES
    )
    joins = " ".join(
        f"LEFT JOIN name_numbers {n} ON {n}.name_id = p.{n}_id "
        f"LEFT JOIN (SELECT name_id, CAST(-log2(tf_{n}_sound) AS FLOAT) AS rare FROM name_numbers "
        f"JOIN tf_{n}_sound ON sound = {n}_sound) {n}_heard ON {n}_heard.name_id = p.{n}_id "
        f"LEFT JOIN (SELECT name_id, CAST(-log2(tf_{n}_text) AS FLOAT) AS rare FROM name_numbers "
        f"JOIN tf_{n}_text ON text = {n}_text) {n}_spelt ON {n}_spelt.name_id = p.{n}_id "
        f"LEFT JOIN (SELECT name_id, CAST(max(-log2(tf_{n}_part)) AS FLOAT) AS rare "
        f"FROM (SELECT name_id, unnest(parts) AS {n}_part FROM name_numbers) JOIN tf_{n}_part USING ({n}_part) "
        f"GROUP BY name_id) {n}_part ON {n}_part.name_id = p.{n}_id"
        for n in NAMES
    )
    con.execute(
        f"""
        CREATE OR REPLACE TABLE narrow AS
        SELECT p.unique_id, p.is_new, p.given_id, p.surname_id, p.father_id, p.husband_id, {named},
               given.tail_n AS given_tail, father.tail_n AS father_tail,
               CASE WHEN given.head_n IS NOT NULL AND father.head_n IS NOT NULL
                    THEN hash(least(given.head_n, father.head_n), greatest(given.head_n, father.head_n)) END AS names,
               coalesce(list_contains(father.parts, surname.head), FALSE) AS surname_is_fathers,
               p.birth_date, p.told_year, p.rounded, p.born, CAST(year(p.birth_date) AS SMALLINT) AS year,
               CAST(CASE WHEN NOT p.rounded THEN month(p.birth_date) * 100 + day(p.birth_date) END AS SMALLINT) AS day,
               p.sex, p.district_code, p.area_code, CAST(p.district_code AS VARCHAR)[1:3] AS province_code,
               {_hashed("household", "phone", "cnic", "cnic_1", "cnic_2", "cnic_3", "cnic_sorted", "old_nic")},
               CAST(-log2(tf_birth_date) AS FLOAT) AS rare_birth_date, CAST(-log2(tf_phone) AS FLOAT) AS rare_phone
        FROM folk p {joins}
        LEFT JOIN tf_birth_date USING (birth_date)
        LEFT JOIN tf_phone USING (phone)
        ORDER BY p.unique_id
        """
    )
    con.execute("DROP TABLE name_numbers")


def _hashed(*columns: str) -> str:
    return ", ".join(f"CASE WHEN p.{column} IS NOT NULL THEN hash(p.{column}) END AS {column}" for column in columns)


def block(
    con: duckdb.DuckDBPyConnection, model: Model, *, max_block: int, pairs_a_record: float, least: float
) -> Blocking:
    """Make table `blocked` (match_key, unique_id_l, unique_id_r) of distinct pairs that may reach ``least`` bits.

    A pair with no new record in it is left out: it was compared when the younger of the two came. A value shared by more
    than ``max_block`` records is too common to tell anything; a key that would bring more than ``pairs_a_record`` pairs for
    each new record is too wide. Neither is left out in silence.
    """
    con.execute("CREATE OR REPLACE TABLE found (unique_id_l INTEGER, unique_id_r INTEGER, recipe UTINYINT)")
    new = int(con.execute("SELECT count(*) FROM narrow WHERE is_new").fetchall()[0][0])
    all_new = new == int(con.execute("SELECT count(*) FROM narrow").fetchall()[0][0])
    left_out: dict[str, int] = {}
    found_by: dict[str, int] = {}
    too_wide: dict[str, int] = {}
    best = best_sql(model)
    read = ", ".join(_screened(con))
    for number, recipe in enumerate(RECIPES):
        key = _key(recipe)
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE blocks AS
            SELECT {key} AS k, count(*) AS n, count(*) FILTER (is_new) AS fresh FROM narrow
            WHERE {key} IS NOT NULL GROUP BY k HAVING count(*) > 1 AND count(*) FILTER (is_new) > 0
            """
        )
        pairs, common = con.execute(
            f"SELECT coalesce(sum(fresh * (n - fresh) + fresh * (fresh - 1) // 2) FILTER (n <= {max_block}), 0), "
            f"coalesce(sum(n) FILTER (n > {max_block}), 0) FROM blocks"
        ).fetchall()[0]
        if common:
            left_out[recipe.name] = int(common)
        if int(pairs) > max(pairs_a_record * new, ALWAYS):
            too_wide[recipe.name] = int(pairs)
            continue
        found_by[recipe.name] = int(pairs)
        if not pairs:
            continue
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE keyed AS
            SELECT k, {read} FROM (SELECT {key} AS k, {read} FROM narrow) JOIN blocks USING (k) WHERE n <= {max_block}
            """
        )
        side = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in _screened(con))
        con.execute(
            f"""
            INSERT INTO found SELECT unique_id_l, unique_id_r, {number} FROM (
                SELECT {side} FROM keyed l JOIN keyed r ON l.k = r.k AND l.unique_id < r.unique_id
                {"" if all_new else "WHERE l.is_new OR r.is_new"}
            ) WHERE {best} >= {least}
            """
        )
    con.execute("DROP TABLE IF EXISTS keyed")
    con.execute("DROP TABLE IF EXISTS blocks")
    con.execute(
        """
        CREATE OR REPLACE TABLE blocked AS
        SELECT min(recipe) AS match_key, unique_id_l, unique_id_r FROM found GROUP BY unique_id_l, unique_id_r
        """
    )
    con.execute("DROP TABLE found")
    kept = int(con.execute("SELECT count(*) FROM blocked").fetchall()[0][0])
    return Blocking(kept, sum(found_by.values()), left_out, found_by, too_wide)


#: So many pairs a key may always bring.
ALWAYS = 200_000


def _key(recipe: KeyRecipe) -> str:
    """The key as a number, NULL where a feature is missing."""
    columns = [_FEATURES[feature] for feature in recipe.features]
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"CASE WHEN {known} THEN hash({', '.join(columns)}) END"


def _screened(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of `narrow` that the screen reads."""
    not_read = {
        "given_id", "surname_id", "father_id", "given_tail", "father_tail", "names", "born", "year", "day", "g1", "s1",
        "f1", "household", "surname_head", "husband_id", "husband_text", "husband_head", "letters_husband", "said_husband", "h1",
        "rare_husband_sound", "rare_husband_part",
    }  # fmt: skip
    described = [row[0] for row in con.execute("DESCRIBE narrow").fetchall()]
    return [column for column in described if column not in not_read]
