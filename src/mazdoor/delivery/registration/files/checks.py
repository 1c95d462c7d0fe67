"""The checks of a file, generated from the questionnaire as SQL: whole chunks of rows are held against it at once.

What one cell says is read by `cells`. What answers mean for each other (asked or not, required or not, one head, ages,
a CNIC given twice) is asked here of all rows of a chunk in one statement, in the order and with the meaning of
`questionnaire.check_form`; a test holds the two against each other row by row.

One row is a person. Rows of one household (``h``) are one form: what they say of the household must not differ, and if one
of them is refused, all wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mazdoor.delivery.registration import refusals, refusals_form
from mazdoor.delivery.registration import refusals_files as file_refusals
from mazdoor.delivery.registration.files.cells import ColumnReader, Found, ReadColumn, read_column, settle_scripts
from mazdoor.delivery.registration.files.columns import columns_of, is_of_household
from mazdoor.delivery.registration.files.staging import in_memory
from mazdoor.delivery.registration.questionnaire import AnswerType, Column, Condition, Questionnaire, to_sql
from mazdoor.delivery.registration.questionnaire.ages import least_working_age
from mazdoor.delivery.registration.questionnaire.cells import label_details

ROW: Final = ""
"""The place of what is wrong with a row as such, and not with one of its cells."""

_SQL_TYPES: Final = {
    AnswerType.WHOLE: "BIGINT",
    AnswerType.MONEY: "BIGINT",
    AnswerType.DECIMAL: "DECIMAL(12, 2)",
    AnswerType.DATE: "DATE",
    AnswerType.YES_NO: "BOOLEAN",
}
_GROWN: Final = 21
"""Nobody of this age is too young for any work: only younger ones are held against the law, one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something found in some rows (places in the chunk) under one column. ``kind``: ``problem``, ``warning``, ``repair``."""

    rows: np.ndarray[Any, np.dtype[np.int64]]
    column: str
    kind: str
    found: Found


@dataclass(slots=True)
class CheckedChunk:
    """A chunk held against the questionnaire: ``good`` has the answers of rows that may be registered, a column each (with
    ``n``, ``h`` and for dates ``…_precision``); ``bad`` are the places of rows that may not."""

    good: pa.Table
    bad: np.ndarray[Any, np.dtype[np.int64]]
    numbers: np.ndarray[Any, np.dtype[np.int64]]
    findings: list[Finding] = field(default_factory=list)


class Checker:
    """The checks for one file: which of its columns answer what, and the statement they make together."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        readers: Mapping[int, ColumnReader],
        *,
        on: dt.date,
        grouped: bool,
        sees_area: Callable[[str], bool],
        row_key: int | None = None,
        scripts: Sequence[tuple[int, int]] = (),
    ) -> None:
        self.on = on
        self.scripts = scripts
        self.grouped = grouped
        self.readers = readers
        self.row_key = row_key
        self._sees_area = sees_area
        self._most = questionnaire.section("people").most
        self._mapped = {reader.column.name for reader in readers.values()}
        self._columns = self._possible(columns_of(questionnaire))
        self._unasked = [
            (column.name, _SQL_TYPES.get(column.question.type, "VARCHAR"))
            for column in self._columns
            if column.name not in self._mapped
        ]
        self._flags: list[tuple[str, str, str, Found]] = []  # alias, column, kind, what it means
        self._cancels: dict[str, str] = {}  # column → alias of "was to be read": else its problem does not count
        self._answers: list[str] = []
        self._statement = self._make()

    def check(self, rows: pa.Table) -> CheckedChunk:
        """Hold a chunk (``n``, ``h``, ``fault``, ``found``, ``c0`` …) against the questionnaire."""
        count = rows.num_rows
        numbers = rows["n"].to_numpy()
        sound = pc.equal(rows["fault"], "").combine_chunks().to_numpy(zero_copy_only=False)
        read = {}
        for place, reader in self.readers.items():
            # A place below nought is the other column of a name in two scripts, which this file does not have.
            texts = rows[f"c{place}"].combine_chunks() if place >= 0 else pa.array([""] * count)
            if not sound.all():  # the cells of a row that is wrong as such say nothing
                texts = pc.if_else(pa.array(sound), texts, "")
            read[place] = read_column(reader, texts)
        for english, urdu in self.scripts:
            settle_scripts(read[english], read[urdu], (self.readers[english].question, self.readers[urdu].question))
        findings: list[Finding] = []
        self._faults(rows, findings)
        answered = self._ask(rows, read)
        bad = ~sound
        for place, column in read.items():
            name = self.readers[place].column.name
            wanted = _bools(answered[self._cancels[name]]) & sound
            for places, what in column.problems:
                kept = places[wanted[places]]
                if len(kept):
                    findings.append(Finding(kept, name, "problem", what))
                    bad[kept] = True
            for places, what in column.repairs:
                kept = places[sound[places]]
                if len(kept):
                    findings.append(Finding(kept, name, "repair", what))
        for alias, name, kind, what in self._flags:
            marked = _bools(answered[alias]) & sound
            if marked.any():
                places = np.flatnonzero(marked)
                findings.append(Finding(places, name, kind, what))
                if kind == "problem":
                    bad[places] = True
        self._counted(answered, sound, bad, findings)
        self._areas(answered, sound, bad, findings)
        self._ages(answered, sound, findings)
        if self.grouped:
            self._wait_for_others(rows["h"].to_numpy(), bad, findings)
        good = answered.filter(pa.array(~bad)).select(self._kept_columns(answered))
        assert len(bad) == count
        return CheckedChunk(good, np.flatnonzero(bad), numbers, findings)

    def _possible(self, columns: Sequence[Column]) -> list[Column]:
        """Columns without those of sections that may be left out and of which this file has none: nobody answers them."""

        def named(column: Column) -> tuple[tuple[str, int], ...]:
            return tuple((section.name, number) for section, number in column.steps)

        used = {
            named(column)[: depth + 1]
            for column in columns
            if column.name in self._mapped
            for depth in range(len(column.steps))
        }
        return [
            column
            for column in columns
            if all(
                named(column)[: depth + 1] in used or section.least > 0 or section.asked_when is not None
                for depth, section in enumerate(column.path)
            )
        ]

    # --- the statement ---------------------------------------------------------------------------------------------

    def _make(self) -> str:
        """One SELECT over the typed columns: each expression may use the ones before it by their names."""
        select: list[str] = []
        by_steps: dict[tuple[tuple[str, int], ...], list[Column]] = {}
        for column in self._columns:
            by_steps.setdefault(tuple((section.name, number) for section, number in column.steps), []).append(column)
        self._present: dict[tuple[tuple[str, int], ...], str] = {}
        for steps, columns in by_steps.items():
            self._section(steps, columns, by_steps, select)
        if self.grouped:
            for column in self._columns:
                if is_of_household(column) and column.name in self._mapped:
                    differs = Found.of(file_refusals.HOUSEHOLD_DIFFERS.because(**label_details(column.question)))
                    self._flag(select, f'"d_{column.name}"', column.name, "problem", differs)
        self._sense(by_steps, select)
        if self.row_key is not None:
            select.append("row_key")
        return "SELECT n, h, is_first, " + ",\n".join(select) + " FROM rows_read ORDER BY place"

    def _section(
        self,
        steps: tuple[tuple[str, int], ...],
        columns: list[Column],
        by_steps: Mapping[tuple[tuple[str, int], ...], list[Column]],
        select: list[str],
    ) -> None:
        path = columns[0].path
        section = path[-1]
        outer = self._present.get(steps[:-1], "true")
        inner = [column for deeper, found in by_steps.items() if deeper[: len(steps)] == steps for column in found]
        given = " OR ".join(f'"g_{column.name}"' for column in inner if column.name in self._mapped) or "false"
        first = "is_first AND " if is_of_household(columns[0]) else ""
        name = "_".join(f"{each}{number}" for each, number in steps)
        if section.name in ("household", "people", "consent"):
            present = "true"
        elif section.asked_when is None:
            present = f"({given})"
        else:
            asked = to_sql(section.asked_when, path[:-1], self._written(steps[:-1], by_steps))
            select.append(f'({outer} AND {asked}) AS "present_{name}"')
            present = f'"present_{name}"'
            first_mapped = next((column for column in columns if column.name in self._mapped), None)
            if first_mapped is not None:
                title = {"question": section.title.en, "question_ur": section.title.ur, "field": section.name}
                self._flag(
                    select,
                    f"({outer} AND NOT {present} AND ({given}))",
                    first_mapped.name,
                    "warning",
                    Found.of(refusals_form.NOT_ASKED.because(**title)),
                )
        if not present.startswith('"') and present != "true":
            select.append(f'({outer} AND {present}) AS "present_{name}"')
            present = f'"present_{name}"'
        self._present[steps] = present

        done: set[str] = set()
        seen = self._written(steps, by_steps, within=done)
        for column in columns:
            question = column.question
            typed, unread = f'"t_{column.name}"', f'"u_{column.name}"'
            asked = present
            if question.asked_when is not None:
                condition = to_sql(question.asked_when, path, seen)
                select.append(f'({present} AND {condition}) AS "asked_{column.name}"')
                asked = f'"asked_{column.name}"'
                if column.name in self._mapped:
                    self._flag(
                        select,
                        f"({first}{present} AND NOT {asked} AND {typed} IS NOT NULL)",
                        column.name,
                        "warning",
                        Found.of(refusals_form.NOT_ASKED.because(**label_details(question))),
                    )
            select.append(f'CASE WHEN {asked} THEN {typed} END AS "{column.name}"')
            self._answers.append(column.name)
            if column.name in self._mapped:
                select.append(f'({asked}) AS "wanted_{column.name}"')
                self._cancels[column.name] = f"wanted_{column.name}"
                if question.or_year:
                    select.append(f'CASE WHEN {asked} THEN "p_{column.name}" END AS "{column.name}_precision"')
            required = question.required
            if required is True or isinstance(required, Condition):
                needed = "true" if required is True else to_sql(required, path, seen)
                self._flag(
                    select,
                    f"({first}{asked} AND {typed} IS NULL AND NOT {unread} AND {needed})",
                    column.name,
                    "problem",
                    Found.of(refusals_form.ANSWER_MISSING.because(**label_details(question))),
                )
            done.add(column.name)

    def _written(
        self,
        steps: tuple[tuple[str, int], ...],
        by_steps: Mapping[tuple[tuple[str, int], ...], list[Column]],
        *,
        within: set[str] | None = None,
    ) -> Callable[[int, str], str]:
        """How a condition refers to an answer: as text, as a file holds it. Within the section being asked, of which
        ``within`` names the answers reached, those not yet reached stand as they were read; everything else as it was kept."""

        def column(depth: int, name: str) -> str:
            for found in by_steps.get(steps[: depth + 1], ()):
                if found.question.name == name:
                    raw = within is not None and depth == len(steps) - 1 and found.name not in within
                    return _text(f'"t_{found.name}"' if raw else f'"{found.name}"', found.question.type)
            return "NULL::VARCHAR"  # not a question of files

        return column

    def _flag(self, select: list[str], expression: str, column: str, kind: str, what: Found) -> None:
        alias = f"f{len(self._flags)}"
        select.append(f"({expression}) AS {alias}")
        self._flags.append((alias, column, kind, what))

    def _sense(self, by_steps: Mapping[tuple[tuple[str, int], ...], list[Column]], select: list[str]) -> None:
        """What answers tell of each other, as `questionnaire.sense` has it."""
        on = f"DATE '{self.on.isoformat()}'"
        consents = '"consents"'
        self._flag(
            select,
            f"(is_first AND {consents} IS NOT NULL AND NOT list_contains(string_split({consents}, ' '), 'registration'))",
            "consents",
            "problem",
            Found.of(refusals.CONSENT_MISSING.because()),
        )
        if self.grouped:
            select.append("count(*) FILTER (WHERE \"relationship\" = 'head') OVER (PARTITION BY h) AS heads")
            select.append('bool_or("relationship" IS NULL) OVER (PARTITION BY h) AS some_unknown')
            select.append(
                "(count(*) FILTER (WHERE \"relationship\" = 'head') OVER (PARTITION BY h ORDER BY place "
                "ROWS UNBOUNDED PRECEDING)) AS head_number"
            )
            select.append(
                "(CASE WHEN heads = 1 OR (heads = 0 AND some_unknown) THEN false WHEN heads = 0 THEN is_first "
                "ELSE \"relationship\" = 'head' AND head_number = 2 END) AS head_wrong"
            )
            twice = '("cnic" IS NOT NULL AND row_number() OVER (PARTITION BY h, "cnic" ORDER BY place) > 1)'
            self._flag(
                select,
                twice,
                "cnic",
                "problem",
                Found.of(
                    refusals_form.ELSEWHERE.because(
                        what="The CNIC, given for two people,", what_ur="دو افراد کا ایک ہی شناختی کارڈ نمبر"
                    )
                ),
            )
            select.append("count(*) OVER (PARTITION BY h) AS people_count")
        else:
            select.append("(CASE WHEN \"relationship\" = 'head' THEN 1 ELSE 0 END) AS heads")
            select.append('("relationship" IS NOT NULL AND "relationship" <> \'head\') AS head_wrong')
        born = '"birth_date"'
        select.append(
            f"(year({on}) - year({born}) - CASE WHEN month({on}) * 100 + day({on}) < month({born}) * 100 + day({born}) "
            f"THEN 1 ELSE 0 END) AS age"
        )
        self._flag(
            select,
            '("cnic" IS NOT NULL AND coalesce(age < 18, false))',
            "cnic",
            "warning",
            Found.of(refusals_form.YOUNG_FOR_CNIC.because()),
        )
        self._flag(
            select,
            "(\"cnic\" IS NOT NULL AND coalesce(\"sex\" IN ('female', 'male'), false) AND "
            '(TRY_CAST(right("cnic", 1) AS INTEGER) % 2 = 0) <> ("sex" = \'female\'))',
            "cnic",
            "warning",
            Found.of(
                refusals_form.ELSEWHERE.because(
                    what="The last digit of the CNIC (odd for men, even for women)",
                    what_ur="شناختی کارڈ کا آخری ہندسہ (مرد کا طاق، عورت کا جفت)",
                )
            ),
        )
        befores = [
            (column.name, "In this work since", "اس کام میں کب سے")
            for columns in by_steps.values()
            for column in columns
            if column.question.name == "started_on" and column.path[-1].name == "employments"
        ]
        befores.append(("moved_on", "Living here since", "یہاں کب سے رہتے ہیں"))
        for name, words, words_ur in befores:
            if name not in self._mapped:
                continue
            self._flag(
                select,
                f'coalesce(CASE "{name}_precision" WHEN \'year\' THEN year("{name}") < year({born}) '
                f'WHEN \'month\' THEN year("{name}") * 12 + month("{name}") < year({born}) * 12 + month({born}) '
                f'ELSE "{name}" < {born} END, false)',
                name,
                "problem",
                Found.of(
                    refusals_form.BEFORE_BIRTH.because(
                        question=words, question_ur=words_ur, field="moved_on" if name == "moved_on" else "started_on"
                    )
                ),
            )

    # --- one chunk -------------------------------------------------------------------------------------------------

    def _ask(self, rows: pa.Table, read: Mapping[int, ReadColumn]) -> pa.Table:
        arrays: dict[str, Any] = {
            "place": pa.array(np.arange(rows.num_rows)),
            "n": rows["n"],
            "h": rows["h"],
        }
        for place, column in read.items():
            name = self.readers[place].column.name
            arrays[f"t_{name}"], arrays[f"u_{name}"], arrays[f"g_{name}"] = column.values, column.unread, column.given
            if column.precisions is not None:
                arrays[f"p_{name}"] = column.precisions
        if self.row_key is not None:
            arrays["row_key"] = pc.utf8_trim_whitespace(rows[f"c{self.row_key}"])
        with in_memory() as connection:
            connection.register("chunk", pa.table(arrays))
            connection.execute(f"CREATE TEMP VIEW rows_read AS {self._view()}")
            return connection.execute(self._statement).to_arrow_table()

    def _view(self) -> str:
        """The chunk with every column a file may have (empty where this one has none), household answers carried over."""
        select = ["place", "n", "h", "row_number() OVER (PARTITION BY h ORDER BY place) = 1 AS is_first"]
        if not self.grouped:
            select[3] = "true AS is_first"
        by_name = {reader.column.name: reader.column for reader in self.readers.values()}
        from_file = {name: column for name, column in by_name.items() if not is_of_household(column)}
        select += [f'"{kind}_{name}"' for name in from_file for kind in "tug"]
        select += [f'"p_{name}"' for name, column in from_file.items() if column.question.or_year]
        for name, column in by_name.items():
            if not is_of_household(column):
                continue
            kinds = "tp" if column.question.or_year else "t"
            if self.grouped:
                over = f'OVER (PARTITION BY h ORDER BY "t_{name}" IS NULL, place)'
                select += [f'first_value("{kind}_{name}") {over} AS "{kind}_{name}"' for kind in kinds]
                select.append(
                    f'("t_{name}" IS DISTINCT FROM first_value("t_{name}") {over} AND "t_{name}" IS NOT NULL) AS "d_{name}"'
                )
                select.append(f'bool_or("g_{name}") OVER (PARTITION BY h) AS "g_{name}"')
                select.append(f'bool_or("u_{name}") OVER (PARTITION BY h) AS "u_{name}"')
            else:
                select += [f'"{kind}_{name}"' for kind in (*kinds, "u", "g")]
        for name, kind in self._unasked:
            select += [f'NULL::{kind} AS "t_{name}"', f'false AS "u_{name}"', f'false AS "g_{name}"']
            if kind == "DATE":
                select.append(f'NULL::VARCHAR AS "p_{name}"')
        if self.row_key is not None:
            select.append("row_key")
        return f"SELECT {', '.join(select)} FROM chunk"

    def _faults(self, rows: pa.Table, findings: list[Finding]) -> None:
        faults = rows["fault"].to_numpy(zero_copy_only=False)
        for place in np.flatnonzero(faults != ""):
            if faults[place] == "quote":
                what = Found.of(file_refusals.QUOTE_OPEN.because())
            else:
                expected = sum(1 for name in rows.column_names if name[0] == "c" and name[1:].isdigit())
                what = Found.of(
                    file_refusals.CELLS_DIFFER.because(found=rows["found"][int(place)].as_py(), expected=expected)
                )
            findings.append(Finding(np.array([place]), ROW, "problem", what))

    def _counted(self, answered: pa.Table, sound: Any, bad: Any, findings: list[Finding]) -> None:
        """One head in each household, and no household of more people than a form holds."""
        wrong = np.flatnonzero(_bools(answered["head_wrong"]) & sound)
        heads = answered["heads"].to_numpy()
        for number in np.unique(heads[wrong]):
            what = Found.of(refusals.HEAD_MISSING.because(heads=int(number)))
            findings.append(Finding(wrong[heads[wrong] == number], "relationship", "problem", what))
        bad[wrong] = True
        if not self.grouped:
            return
        people = answered["people_count"].to_numpy()
        many = np.flatnonzero((people > self._most) & sound)
        for number in np.unique(people[many]):
            what = Found.of(file_refusals.HOUSEHOLD_TOO_LONG.because(rows=int(number), most=self._most))
            findings.append(Finding(many[people[many] == number], ROW, "problem", what))
        bad[many] = True

    def _areas(self, answered: pa.Table, sound: Any, bad: Any, findings: list[Finding]) -> None:
        """An area that is not the officer's."""
        coded = answered["household_area_code"].combine_chunks().dictionary_encode()
        places = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
        for number, area in enumerate(coded.dictionary.to_pylist()):
            if area is None or self._sees_area(area):
                continue
            kept = np.flatnonzero((places == number) & sound)
            what = Found.of(refusals.AREA_NOT_YOURS.because(field="area_code"))
            findings.append(Finding(kept, "household_area_code", "problem", what))
            bad[kept] = True

    def _ages(self, answered: pa.Table, sound: Any, findings: list[Finding]) -> None:
        """Workers under the age the law sets for their work: recorded and flagged, never turned away."""
        ages = pc.fill_null(answered["age"], 999).to_numpy()
        young = np.flatnonzero((ages < _GROWN) & sound)
        if not len(young):
            return
        some = answered.take(pa.array(young))
        home = some["household_area_code"].to_pylist()
        for steps, present in self._present.items():
            if len(steps) != 2 or steps[1][0] != "employments":
                continue
            prefix = f"employment{steps[1][1] + 1}_"
            marked: dict[tuple[int, int], list[int]] = {}
            for at, (there, category, area) in enumerate(
                zip(
                    some[present.strip('"')].to_pylist(),
                    some[f"{prefix}category"].to_pylist(),
                    some[f"{prefix}work_area_code"].to_pylist(),
                    strict=True,
                )
            ):
                if not there:
                    continue
                age = int(ages[young[at]])
                least = least_working_age(category=category or "", area_code=area or home[at] or "", on=self.on).years
                if age < least:
                    marked.setdefault((age, least), []).append(int(young[at]))
            status = f"{prefix}status"
            for (age, least), places in marked.items():
                what = Found.of(refusals_form.UNDER_AGE.because(age=age, least=least))
                findings.append(Finding(np.array(places), status, "warning", what))

    def _wait_for_others(self, households: Any, bad: Any, findings: list[Finding]) -> None:
        """A household is registered whole: where one row is refused, the others of it wait."""
        if not bad.any():
            return
        waiting = np.flatnonzero(np.isin(households, np.unique(households[bad])) & ~bad)
        if len(waiting):
            findings.append(Finding(waiting, ROW, "problem", Found.of(file_refusals.HOUSEHOLD_WAITS.because())))
            bad[waiting] = True

    def _kept_columns(self, answered: pa.Table) -> list[str]:
        presences = [alias.strip('"') for alias in self._present.values() if alias.startswith('"')]
        names = set(answered.column_names)
        mapped = [name for name in self._answers if name in self._mapped]
        precisions = [f"{name}_precision" for name in mapped if f"{name}_precision" in names]
        extra = ["row_key"] if self.row_key is not None else []
        return ["n", "h", "is_first", *dict.fromkeys(presences), *mapped, *precisions, *extra]


def presence(section: str, *numbers: int) -> str:
    """The column that says whether a section of a person was answered: ``presence("employments", 0)``."""
    return "present_people0_" + section + str(numbers[0])


def own_presence(number: int) -> str:
    """The column that says whether the person of a row has another business of this number (from 0)."""
    return f"present_businesses{number}"


def _text(column: str, kind: AnswerType) -> str:
    """An answer as text, as a file holds it: yes and no as words, money in rupees."""
    if kind is AnswerType.YES_NO:
        return f"CASE {column} WHEN true THEN 'yes' WHEN false THEN 'no' END"
    if kind is AnswerType.MONEY:
        return f"CAST({column} / 100.0 AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def _bools(column: pa.ChunkedArray) -> Any:
    return pc.fill_null(column, False).combine_chunks().to_numpy(zero_copy_only=False)
