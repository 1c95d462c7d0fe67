"""`mazdoor link` on files it has never seen: made here, and the published sets where they are at hand."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from mazdoor.cli.link import link
from mazdoor.matching.files import UnknownColumn, link_files
from mazdoor.matching.files.among import Among
from mazdoor.matching.files.columns import Kind, recognise
from mazdoor.matching.files.groups import components, group
from mazdoor.matching.files.measuring import measure, truth_of

PUBLISHED = Path(__file__).parents[2].parent / "shared" / "data" / "linkage"
needs_published = pytest.mark.skipif(
    not PUBLISHED.is_dir(),
    reason="the published linkage sets are not here: put them under shared/data/linkage beside the clone",
)
_GIVEN = [
    "Aslam",
    "Bashir",
    "Farida",
    "Ghulam",
    "Hanif",
    "Iqbal",
    "Jamila",
    "Karim",
    "Latifa",
    "Munir",
    "Naseem",
    "Parveen",
]
_SURNAMES = ["Ansari", "Baloch", "Chandio", "Durrani", "Ehsan", "Farooqi", "Gondal", "Hashmi", "Jatoi", "Khattak"]


def people_twice(folder: Path, *, people: int = 300, twice: int = 60, seed: int = 7) -> Path:
    """A CSV of invented people, some of them written twice with a letter lost, and the person they are."""
    chance = random.Random(seed)
    rows = []
    for person in range(people):
        name, surname = chance.choice(_GIVEN), chance.choice(_SURNAMES)
        born = f"{chance.randint(1950, 2000)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        town = chance.choice(["Multan", "Quetta", "Sukkur", "Mardan"])
        rows.append([f"{name}{chance.choice('aeiou')}", surname, born, town, f"p{person}"])
        if person < twice:
            spelt = list(rows[-1])
            place = chance.randrange(1, len(spelt[0]))
            spelt[0] = spelt[0][:place] + spelt[0][place + 1 :]
            rows.append(spelt)
    chance.shuffle(rows)
    path = folder / "people.csv"
    path.write_text("First Name,Last Name,D.O.B.,town,person\n" + "\n".join(",".join(row) for row in rows) + "\n")
    return path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(link, [str(each) for each in arguments])


def test_columns_are_known_by_their_names_and_by_what_stands_in_them() -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE people AS SELECT i AS id, 'a' || i AS givenName, 's' || i % 7 AS \"Last Name\", "
            "CAST(DATE '1970-01-01' + i::INTEGER AS VARCHAR) AS seen, 'x' || i || '@host.pk' AS contact, 'same' AS source_of, "
            "CASE WHEN i < 3 THEN 'v' END AS rare, i % 3 AS colour, 'w' || i % 70 AS trade FROM range(200) t(i)"
        )
        found = recognise(con, "people")
        kinds = {each.columns[0]: each.kind for each in found.fields}
        assert kinds == {
            "givenName": Kind.GIVEN,
            "Last Name": Kind.SURNAME,
            "seen": Kind.BIRTH,
            "contact": Kind.EMAIL,
            "colour": Kind.CATEGORY,
            "trade": Kind.TEXT,
        }
        assert found.left_out == {
            "id": "it numbers rows or groups",
            "source_of": "the same in every row",
            "rare": "filled in too few rows",
        }
        told = recognise(con, "people", told={"trade": "surname", "Last Name": "ignored"})
        assert {each.columns[0]: each.kind for each in told.fields}["trade"] is Kind.SURNAME
        with pytest.raises(UnknownColumn, match='no column "nme"'):
            recognise(con, "people", told={"nme": "given"})
        with pytest.raises(UnknownColumn, match='"forename" is not a kind'):
            recognise(con, "people", told={"givenName": "forename"})


def test_people_written_twice_are_found_and_strangers_left_apart(tmp_path: Path) -> None:
    found = link_files(people_twice(tmp_path), out=tmp_path / "out", truth="person")
    assert found.quality is not None
    assert found.quality.true_pairs == 60
    assert found.quality.precision > 0.95
    assert found.quality.recall > 0.95
    assert found.people == found.rows - found.found
    with duckdb.connect() as con:
        weighed = con.execute(
            f"SELECT max(abs(weight - (weight_given_0 + weight_surname_0 + weight_birth_0 + weight_text_0))), "
            f"min(abs(weight - (weight_given_0 + weight_surname_0 + weight_birth_0 + weight_text_0))) FROM '{found.pairs}'"
        ).fetchall()[0]
        assert weighed[0] == pytest.approx(weighed[1], abs=0.001), "besides the fields there is the prior alone"
        rows = con.execute(
            f"SELECT count(*), count(DISTINCT row), count(DISTINCT \"group\") FROM '{found.groups}'"
        ).fetchall()[0]
        assert rows == (found.rows - found.people + found.found, rows[0], found.found)


def test_the_truth_is_only_measured_against(tmp_path: Path) -> None:
    path = people_twice(tmp_path)
    told = link_files(path, out=tmp_path / "one", truth="person")
    untold = link_files(path, out=tmp_path / "two", told={"person": "ignored"})
    with duckdb.connect() as con:
        one, two = (con.execute(f"SELECT * FROM '{each.pairs}'").fetchall() for each in (told, untold))
    assert one == two
    assert untold.quality is None


def test_between_two_files_only_pairs_of_both_are_looked_for(tmp_path: Path) -> None:
    path = people_twice(tmp_path)
    header, *rows = path.read_text().splitlines()
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("\n".join([header, *rows[::2]]))
    second.write_text("\n".join([header, *rows[1::2]]))
    found = link_files(first, second, out=tmp_path / "out", truth="person")
    split = len(rows[::2])
    with duckdb.connect() as con:
        sides = con.execute(f"SELECT bool_and(row_a <= {split} AND row_b > {split}) FROM '{found.pairs}'").fetchall()[
            0
        ][0]
    assert sides
    assert found.quality is not None
    assert 0 < found.quality.true_pairs < 60
    assert found.quality.f1 > 0.9


def test_batch_by_batch_a_file_gives_the_people_of_the_wholepeople_twice(tmp_path: Path) -> None:
    path = people_twice(tmp_path, people=240, twice=60)
    header, *rows = path.read_text().splitlines()
    size = len(rows) // 3 + 1
    batches = []
    for number in range(3):
        batches.append(tmp_path / f"batch{number}.csv")
        batches[-1].write_text("\n".join([header, *rows[number * size : (number + 1) * size]]) + "\n")

    def pairs(of: Path, order: list[str]) -> set[tuple[str, str]]:
        """Pairs of one group, as the lines they stand in."""
        with duckdb.connect() as con:
            found = con.execute(
                f"SELECT a.row, b.row FROM '{of}' a JOIN '{of}' b ON a.\"group\" = b.\"group\" AND a.row < b.row"
            ).fetchall()
        return {(min(order[a - 1], order[b - 1]), max(order[a - 1], order[b - 1])) for a, b in found}

    at_once = link_files(path, out=tmp_path / "whole", told={"person": "ignored"})
    whole = pairs(at_once.groups, rows)
    with duckdb.connect() as con:
        weighed = con.execute(f"SELECT row_a, row_b, weight FROM '{at_once.pairs}'").fetchall()
    weights = {(min(rows[a - 1], rows[b - 1]), max(rows[a - 1], rows[b - 1])): weight for a, b, weight in weighed}
    found: set[tuple[str, str]] = set()
    for number, batch in enumerate(batches):
        before = batches[:number]
        order = [line for each in [batch, *before] for line in each.read_text().splitlines()[1:]]
        done = link_files(batch, against=before, out=tmp_path / f"{number}", told={"person": "ignored"})
        with duckdb.connect() as con:
            new = len(batch.read_text().splitlines()) - 1
            assert con.execute(f"SELECT bool_and(row_a <= {new}) FROM '{done.pairs}'").fetchall() == [(True,)]
        again = pairs(done.groups, order)
        assert not again & found
        found |= again
    assert {pair for pair in whole if weights[pair] >= 4} <= found
    # each batch learns its own weights: only what was near the line may fall to the other side of it
    assert all(abs(weights[pair]) < 4 for pair in found ^ whole)
    assert len(found ^ whole) <= 2 < 50 < len(found & whole)


def test_new_rows_are_compared_with_all_and_the_old_never_with_each_other(tmp_path: Path) -> None:
    path = people_twice(tmp_path)
    header, *rows = path.read_text().splitlines()
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("\n".join([header, *rows[30:]]) + "\n")
    new.write_text("\n".join([header, *rows[:30]]) + "\n")
    said = _run(new, "--against", old, "--truth", "person", "--json")
    assert said.exit_code == 0, said.output
    figures, whole = json.loads(said.output), json.loads(_run(path, "--truth", "person", "--json").output)
    assert figures["rows"] == whole["rows"] == len(rows)
    assert figures["compared"] < whole["compared"] / 4
    assert 0 < figures["true_pairs"] < whole["true_pairs"] / 2
    assert figures["recall"] > 0.9
    refused = _run(new, old, "--against", old)
    assert refused.exit_code == 3 and "cannot be given at once" in refused.output


def test_the_command_prints_and_reports_the_figures(tmp_path: Path) -> None:
    report = tmp_path / "figures.json"
    said = _run(people_twice(tmp_path), "--truth", "person", "--report", report)
    assert said.exit_code == 0, said.output
    assert "people stand in more than one row" in said.output.replace("\n", " ")
    figures = json.loads(report.read_text())
    assert {"precision", "recall", "f1", "pairs", "clusters", "seconds", "peak_mb"} <= figures.keys()
    assert figures["f1"] > 0.95
    assert figures["clusters"] == figures["pairs"] > 50


@pytest.mark.parametrize(
    ("config", "cause"),
    [
        ("columns: {nme: given}", 'there is no column "nme"'),
        ("colums: {}", 'has no setting "colums"'),
        ("threshold: high", 'the setting "threshold" is not of its kind'),
        ("- a", "is a list of settings"),
        ("{", "is not YAML"),
    ],
)
def test_a_wrong_configuration_is_refused_with_its_cause(tmp_path: Path, config: str, cause: str) -> None:
    written = tmp_path / "link.yaml"
    written.write_text(config)
    said = _run(people_twice(tmp_path, people=20, twice=2), "--config", written)
    assert said.exit_code == 3
    assert cause in said.output


def test_what_cannot_be_read_or_compared_is_refused_without_its_values(tmp_path: Path) -> None:
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(b"PAR1 Nasreen Akhtar 0123")
    said = _run(torn)
    assert said.exit_code == 3
    assert "cannot be read" in said.output
    assert "Nasreen" not in said.output
    numbers = tmp_path / "numbers.csv"
    numbers.write_text("id\n" + "\n".join(str(each) for each in range(50)))
    said = _run(numbers)
    assert said.exit_code == 3
    assert "no column was recognised" in said.output
    said = _run(people_twice(tmp_path, people=20, twice=2), "--truth", "persn")
    assert said.exit_code == 3
    assert 'there is no column "persn"' in said.output


def test_a_chain_of_likenesses_is_not_one_person() -> None:
    chain = [(1, 2, 3.0), (2, 3, 2.5), (3, 4, 3.0), (1, 3, -9.0), (2, 4, -9.0)]
    assert set(components(chain, 0.0).values()) == {1}
    assert group(chain, threshold=0.0, unseen=-12.0) == [[1, 2], [3, 4]]
    assert group([(1, 2, 3.0), (2, 3, 2.5), (1, 3, 1.0)], threshold=0.0, unseen=-12.0) == [[1, 2, 3]]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12), st.integers(-12, 12)), max_size=40))
def test_groups_never_overlap_never_leave_their_component_and_agree_on_average(
    drawn: list[tuple[int, int, int]],
) -> None:
    weights = {(min(a, b), max(a, b)): float(w) for a, b, w in drawn if a != b}
    pairs = [(a, b, w) for (a, b), w in sorted(weights.items())]
    found = group(pairs, threshold=0.0, unseen=-6.0)
    of = components(pairs, 0.0)
    assert len({row for rows in found for row in rows}) == sum(map(len, found))
    for rows in found:
        assert len({of[row] for row in rows}) == 1
        inside = [weights.get((a, b), -6.0) for a in rows for b in rows if a < b]
        assert len(rows) > 2 or sum(inside) >= 0


def test_precision_and_recall_are_counted_on_pairs() -> None:
    truth = {1: "a", 2: "a", 3: "a", 4: "b", 5: "b", 6: None}
    quality = measure([[1, 2, 4], [5, 6]], truth, [(1, 2), (4, 5)], dict.fromkeys(truth, 1))
    assert (quality.true_pairs, quality.found_pairs) == (4, 4)
    assert (quality.precision, quality.recall, quality.f1, quality.reached) == (0.25, 0.25, 0.25, 0.5)
    source = {1: 1, 2: 1, 3: 2, 4: 1, 5: 2, 6: 2}
    across = measure([[1, 2, 3]], truth, [], source, Among.ACROSS)
    assert (across.true_pairs, across.found_pairs, across.precision) == (3, 2, 1.0)
    new = measure([[2, 3], [5, 6]], truth, [], source, Among.NEW)
    assert (new.true_pairs, new.found_pairs, new.precision) == (4, 1, 1.0), "two old rows are nobody's to find"
    assert truth_of("rec-12-dup-0", r"rec-(\d+)-") == "12"
    assert truth_of("none", r"\d+") is None


@needs_published
@pytest.mark.parametrize(
    ("name", "truth", "least"),
    [("febrl/dataset1.csv", "rec_id", 0.99), ("rldata/RLdata500.csv", "ent_id", 0.98)],
)
def test_published_sets_are_linked_without_being_told_which_they_are(
    tmp_path: Path, name: str, truth: str, least: float
) -> None:
    found = link_files(PUBLISHED / name, out=tmp_path / "out", truth=truth)
    assert found.quality is not None
    assert found.quality.f1 >= least


@needs_published
@pytest.mark.soak
@pytest.mark.parametrize("number", [2, 3])
def test_the_larger_published_sets_too(tmp_path: Path, number: int) -> None:
    found = link_files(PUBLISHED / f"febrl/dataset{number}.csv", out=tmp_path / "out", truth="rec_id")
    assert found.quality is not None
    assert found.quality.f1 >= 0.99
