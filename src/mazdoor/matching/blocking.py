"""Which pairs are worth weighing: records that share a match key and might, at best, still be one person.

One join per key, of numbers only. What a key would bring is counted first: a key too wide for this many people is left out
and named, so that a register of ten million is joined on the narrow keys and a small one on all of them. The pairs are
then screened, each once however many keys found it: the fields that cost nothing to compare are weighed, names only by
what they could be worth at best, and a pair that cannot reach the lower threshold goes no further.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import duckdb

from mazdoor.matching.engines import Engine
from mazdoor.matching.keys import RECIPES, KeyRecipe
from mazdoor.matching.model import Model
from mazdoor.matching.scoring import NAMES, best_sql, columns_read, with_names

#: Features of keys over table `narrow`, numbers all: those that are called otherwise there than their feature.
_COLUMNS: dict[str, str] = {
    "given": "given_head",
    "surname": "surname_head",
    "father": "father_head",
    "tail": "given_tail",
    "ftail": "father_tail",
    "gsound": "given_sound",
    "fsound": "father_sound",
    "year": "birth_year",
    "district": "district_code",
    "area": "area_code",
    "c1": "cnic_1",
    "c2": "cnic_2",
    "c3": "cnic_3",
    "csorted": "cnic_sorted",
    "old": "old_nic",
}
#: So many pairs a key may always bring.
ALWAYS = 1_200_000
#: A register of more records than this has the pairs of a wide key estimated from one in sixteen of its values.
LARGE = 2_000_000


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


def lay_out(con: duckdb.DuckDBPyConnection) -> None:
    """Tables `narrow` (a row for each record) and `name_numbers` (one for each name) from `folk`, `names` and the frequencies.

    Numbers only, what joins and cheap weights read. Equal texts, sounds, heads and beginnings of names have equal numbers;
    ``letters`` has a bit for each letter of a spelling and ``said`` one for the hash of each part, so that names without
    anything in common show it in one step. ``rare_<column>`` is minus log2 of a value's share. Rows are kept narrow: what a
    name says is looked up for the few records that meet anybody (`with_names`).
    """
    con.execute(
        """
        CREATE OR REPLACE TABLE name_numbers AS
        SELECT name_id, text, sound, head, parts,
               CASE WHEN text <> '' THEN min(name_id) OVER (PARTITION BY text) END AS text_n,
               CASE WHEN sound <> '' THEN min(name_id) OVER (PARTITION BY sound) END AS sound_n,
               CASE WHEN head <> '' THEN min(name_id) OVER (PARTITION BY head) END AS head_n,
               CASE WHEN tail <> '' THEN hash(tail) END AS tail_n,
               CASE WHEN head <> '' THEN ord(head) END AS first,
               CASE WHEN head <> '' THEN min(name_id) OVER (PARTITION BY head[1:2]) END AS two,
               CAST(len(replace(text, ' ', '')) AS UTINYINT) AS size,
               coalesce(list_bit_or(list_transform(string_split(nullif(replace(text, ' ', ''), ''), ''),
                                                   x -> CAST(1 AS BIGINT) << (ord(x) % 61))), 0) AS letters,
               coalesce(list_bit_or(list_transform(parts, x -> CAST(1 AS BIGINT) << CAST(hash(x) % 61 AS INTEGER))), 0)
                   AS said
        FROM (SELECT *, coalesce(parts[-1], head) AS tail FROM names)
        """
    )
    rare = ", ".join(
        f"CAST(-log2({n}_heard.tf_{n}_sound) AS FLOAT) AS rare_{n}_sound, "
        f"CAST(-log2({n}_spelt.tf_{n}_text) AS FLOAT) AS rare_{n}_text, {n}_part.rare AS rare_{n}_part"
        for n in NAMES
    )
    joins = " ".join(
        f"LEFT JOIN tf_{n}_sound {n}_heard ON {n}_heard.{n}_sound = sound LEFT JOIN tf_{n}_text {n}_spelt "
        f"ON {n}_spelt.{n}_text = text LEFT JOIN (SELECT name_id, CAST(max(-log2(tf_{n}_part)) AS FLOAT) AS rare "
        f"FROM (SELECT name_id, unnest(parts) AS {n}_part FROM name_numbers) JOIN tf_{n}_part USING ({n}_part) "
        f"GROUP BY name_id) {n}_part ON {n}_part.name_id = name_numbers.name_id"
        for n in NAMES
    )
    con.execute(f"CREATE OR REPLACE TABLE name_numbers AS SELECT name_numbers.*, {rare} FROM name_numbers {joins}")
    con.execute("DROP TYPE IF EXISTS province_values")
    con.execute(
        "CREATE TYPE province_values AS ENUM (SELECT DISTINCT CAST(v AS VARCHAR)[1:3] AS province FROM "
        "(SELECT DISTINCT district_code AS v FROM folk WHERE district_code IS NOT NULL) ORDER BY province)"
    )
    heads = "least(given.head_n, father.head_n), greatest(given.head_n, father.head_n)"
    named = ", ".join(f"p.{n}_id, {n}.sound_n AS {n}_sound, {n}.head_n AS {n}_head" for n in NAMES)
    begun = ", ".join(f"{n}.first AS {n[0]}1, {n}.two AS {n[0]}2" for n in ("given", "surname", "father"))
    con.execute(
        f"""
        CREATE OR REPLACE TABLE narrow AS
        SELECT p.unique_id, p.is_new, {named}, {begun}, given.tail_n AS given_tail, father.tail_n AS father_tail,
               CASE WHEN given.head_n IS NOT NULL AND father.head_n IS NOT NULL THEN hash({heads}) END AS names,
               coalesce(list_contains(father.parts, surname.head), FALSE) AS surname_is_fathers,
               p.birth_date, p.told_year, p.rounded, p.born, CAST(year(p.birth_date) AS SMALLINT) AS birth_year,
               CAST(month(p.birth_date) AS TINYINT) AS birth_month, CAST(day(p.birth_date) AS TINYINT) AS birth_day,
               CAST(CASE WHEN NOT p.rounded THEN month(p.birth_date) * 100 + day(p.birth_date) END AS SMALLINT) AS day,
               p.sex, p.district_code, p.area_code,
               CAST(CAST(p.district_code AS VARCHAR)[1:3] AS province_values) AS province_code,
               p.household, p.phone, p.cnic, p.cnic_1, p.cnic_2, p.cnic_3, p.cnic_sorted, p.old_nic,
               CAST(-log2(tf_birth_date) AS FLOAT) AS rare_birth_date, CAST(-log2(tf_phone) AS FLOAT) AS rare_phone
        FROM folk p {" ".join(f"LEFT JOIN name_numbers {n} ON {n}.name_id = p.{n}_id" for n in NAMES)}
        LEFT JOIN tf_birth_date USING (birth_date)
        LEFT JOIN tf_phone USING (phone)
        """
    )


def block(engine: Engine, model: Model, *, max_block: int, pairs_a_record: float, least: float) -> Blocking:
    """Make table `blocked` (match_key, unique_id_l, unique_id_r) of distinct pairs that may reach ``least`` bits.

    A pair with no new record in it is left out: it was compared when the younger of the two came. A value shared by more
    than ``max_block`` records is too common to tell anything; a key that would bring more than ``pairs_a_record`` pairs for
    each new record is too wide. Neither is left out in silence.
    """
    new, records = engine.rows("SELECT count(*) FILTER (is_new), count(*) FROM narrow")[0]
    blocking = Blocking(0)
    most = max(pairs_a_record * new, ALWAYS)
    engine.drop("found")
    for numbers in engine.batches(range(len(RECIPES))):
        chosen = list(numbers)
        if records > LARGE:
            estimates = _blocks(engine, chosen, max_block, " AND k % 16 = 0")
            wide = {number: 16 * pairs for number, (pairs, _) in estimates.items() if 16 * pairs > 1.1 * most}
            blocking.too_wide.update({RECIPES[number].name: pairs for number, pairs in wide.items()})
            chosen = [number for number in chosen if number not in wide]
        if not chosen:
            continue
        counted = _blocks(engine, chosen, max_block)
        joined = []
        for number in chosen:
            name, (pairs, common) = RECIPES[number].name, counted.get(number, (0, 0))
            if common:
                blocking.left_out[name] = common
            if pairs > most:
                blocking.too_wide[name] = pairs
                continue
            blocking.found_by[name] = pairs
            if pairs:
                joined.append(number)
        if joined:
            engine.make(
                "keyed",
                f"SELECT unique_id, is_new, recipe, k FROM {_keyed(engine, joined)} JOIN blocks USING (k) "
                f"WHERE n <= {max_block}",
            )
            engine.add(
                "found",
                "SELECT l.unique_id AS unique_id_l, r.unique_id AS unique_id_r, l.recipe FROM keyed l JOIN keyed r "
                "ON l.k = r.k AND l.unique_id < r.unique_id"
                + ("" if new == records else " WHERE l.is_new OR r.is_new"),
            )
    engine.drop("blocks", "keyed")
    pairs = sum(blocking.found_by.values())
    kept = _screen(engine, best_sql(model), least, passes=engine.passes(pairs)) if pairs else 0
    engine.drop("found")
    return replace(blocking, pairs=kept, joined=pairs)


def _screen(engine: Engine, best: str, least: float, *, passes: int) -> int:
    """Table `blocked` of the distinct pairs in `found` that may reach ``least`` bits, and how many they are.

    One part of the pairs after the other, so that memory stays as it is however many there are.
    """
    read = columns_read(best)
    side = ", ".join(f"{one}.{column} AS {column}_{one}" for column in read for one in ("l", "r"))
    engine.drop("blocked")
    for part in range(passes):
        engine.make(
            "met",
            "SELECT min(recipe) AS match_key, unique_id_l AS one, unique_id_r AS other FROM found "
            f"WHERE unique_id_l % {passes} = {part} GROUP BY unique_id_l, unique_id_r",
        )
        lefts, rights = (
            with_names(f"(SELECT * FROM narrow WHERE unique_id IN (SELECT {one} FROM met)) p", read)
            for one in ("one", "other")
        )
        engine.add(
            "blocked",
            f"""
            SELECT match_key, unique_id_l, unique_id_r FROM (
                SELECT match_key, {side} FROM met JOIN ({lefts}) l ON l.unique_id = one JOIN ({rights}) r ON r.unique_id = other
            ) WHERE {best} >= {least}
            """,
        )
    engine.drop("met")
    return int(engine.rows("SELECT count(*) FROM blocked")[0][0])


def _blocks(engine: Engine, numbers: list[int], max_block: int, only: str = "") -> dict[int, tuple[int, int]]:
    """Table `blocks` (k, n) of the values of these keys that bring pairs; by key: pairs, and records with too common values."""
    engine.make(
        "blocks",
        "SELECT k, min(recipe) AS of_recipe, count(*) AS n, count(*) FILTER (is_new) AS fresh "
        f"FROM {_keyed(engine, numbers)} WHERE k IS NOT NULL{only} "
        "GROUP BY k HAVING count(*) > 1 AND count(*) FILTER (is_new) > 0",
    )
    rows = engine.rows(
        "SELECT of_recipe, "
        f"coalesce(sum(fresh * (n - fresh) + fresh * (fresh - 1) // 2) FILTER (n <= {max_block}), 0), "
        f"coalesce(sum(n) FILTER (n > {max_block}), 0) FROM blocks GROUP BY of_recipe"
    )
    return {int(number): (int(pairs), int(common)) for number, pairs, common in rows}


def _keyed(engine: Engine, numbers: list[int]) -> str:
    """FROM clause of (unique_id, is_new, recipe, k): every record under each of these keys, those without a key too."""
    keys = [_key(RECIPES[number], f"{number}, " if engine.together else "") for number in numbers]
    if len(numbers) == 1:
        return f"(SELECT unique_id, is_new, CAST({numbers[0]} AS TINYINT) AS recipe, {keys[0]} AS k FROM narrow)"
    pairs = (f"{{'recipe': CAST({number} AS TINYINT), 'k': {key}}}" for number, key in zip(numbers, keys, strict=True))
    return (
        "(SELECT unique_id, is_new, each_key.recipe, each_key.k FROM "
        f"(SELECT unique_id, is_new, unnest([{', '.join(pairs)}]) AS each_key FROM narrow))"
    )


def _key(recipe: KeyRecipe, apart: str) -> str:
    """The key as a number, NULL where a feature is missing. ``apart`` goes before the features, to tell keys from each other."""
    columns = [_COLUMNS.get(feature, feature) for feature in recipe.features]
    known = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    return f"CASE WHEN {known} THEN hash({apart}{', '.join(columns)}) END"
