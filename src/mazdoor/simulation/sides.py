"""The two sides of a simulation on any day: the law as it stands, and a reform inside its dates and areas.

Where the programme has a quota, whoever qualifies without a place is not reached: the last step of either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from mazdoor.rules import PolicySet, run_duckdb, run_variants
from mazdoor.simulation.asking import Question
from mazdoor.simulation.comparing import result_files
from mazdoor.simulation.places import columns_for, only_inside, places_within
from mazdoor.simulation.reforms import Reform
from mazdoor.simulation.study import Study


class Sides:
    """The results of either side on any day, each run once and kept in ``work``."""

    def __init__(self, policy_set: PolicySet, programme: str, study: Study, work: Path, question: Question) -> None:
        self.policy_set, self.study, self.work, self.question = policy_set, study, work, question
        self.programme = policy_set.programmes[programme]
        self.done: dict[tuple[str, date], str | None] = {}
        self.whole: dict[date, str | None] = {}
        """The results of the law before its quota, by day."""

    def runs(self, reform: Reform | None, day: date) -> bool:
        """Whether the programme runs on a day: a reform that holds keeps it running."""
        if reform is not None and holds(reform, day):
            return True
        law = self.programme
        return (law.valid_from is None or law.valid_from <= day) and (law.valid_to is None or day < law.valid_to)

    def result(self, reform: Reform | None, day: date) -> str | None:
        """The results of a side on a day as Parquet (unit_id, eligible, amount, category); None: the programme does not run."""
        if reform is None or not holds(reform, day):
            return self.law(day)
        key = (reform.id, day)
        if key not in self.done:
            changed = self.run(reform.policy_set, day, f"{reform.id}-{day}")
            self.done[key] = self.within(reform, changed, day)
        return self.done[key]

    def together(self, reforms: Sequence[Reform | None], day: date) -> None:
        """Run the law and those of ``reforms`` that hold on ``day`` in one pass, where there are two or more to run."""
        if columns_for(self.policy_set, self.programme.id):
            return  # a quota reads more of the results than a pass of variants keeps: each side runs by itself
        wanted: dict[tuple[str, date], PolicySet] = {}
        if self.runs(None, day):
            wanted[("", day)] = self.policy_set
        wanted |= {(each.id, day): each.policy_set for each in reforms if each is not None and holds(each, day)}
        wanted = {
            key: policies
            for key, policies in wanted.items()
            if key not in self.done and (key[0] or key[1] not in self.whole)
        }
        if len(wanted) < 2:
            return
        names = {f"side_{number}": key for number, key in enumerate(wanted)}
        found = run_variants(
            {name: wanted[key] for name, key in names.items()},
            self.programme.id,
            self.study.source.folder,
            at=day,
            known_at=self.question.known_at,
            out=self.work / f"sides-{day}.parquet",
            memory=self.question.memory,
        )
        by_id = {each.id: each for each in reforms if each is not None}
        results: dict[tuple[str, date], str] = {}
        for name, key in names.items():
            out = self.work / f"{key[0] or 'law'}-{day}.parquet"
            columns = ", ".join(f'"{name}.{each}" AS {each}' for each in ("eligible", "amount", "category"))
            source = _quoted(result_files(found[name].out))
            self.study.connection.execute(
                f"COPY (SELECT unit_id, {columns} FROM read_parquet({source})) TO {_quoted(str(out))} (FORMAT parquet)"
            )
            results[key] = str(out)
        self.whole |= {key[1]: files for key, files in results.items() if not key[0]}
        for key, files in results.items():
            if key[0]:
                self.done[key] = self.within(by_id[key[0]], files, day)

    def law(self, day: date) -> str | None:
        """The results of the law as it stands."""
        key = ("", day)
        if key not in self.done:
            whole = self.law_whole(day)
            self.done[key] = None if whole is None else self.inside(self.policy_set, whole, day, f"law-{day}-inside")
        return self.done[key]

    def law_whole(self, day: date) -> str | None:
        """The results of the law before its quota: whoever qualifies, with or without a place."""
        if day not in self.whole:
            self.whole[day] = self.run(self.policy_set, day, f"law-{day}") if self.runs(None, day) else None
        return self.whole[day]

    def inside(
        self,
        policy_set: PolicySet,
        files: str,
        day: date,
        name: str,
        places: Mapping[tuple[str, str], int] | None = None,
    ) -> str:
        """Results after the quota of ``policy_set``."""
        return only_inside(
            self.study.connection,
            policy_set,
            self.programme.id,
            files,
            at=day,
            known_at=self.question.known_at,
            out=self.work / f"{name}.parquet",
            folk="folk",
            places=places,
        )

    def run(self, policy_set: PolicySet, day: date, name: str) -> str:
        """One run of the rules over the snapshot; the files of its results."""
        found = run_duckdb(
            policy_set,
            self.programme.id,
            self.study.source.folder,
            at=day,
            known_at=self.question.known_at,
            out=self.work / f"{name}.parquet",
            memory=self.question.memory,
        )
        return result_files(found.out)

    def within(self, reform: Reform, changed: str, day: date, *, also: str = "") -> str:
        """``changed`` inside the areas of a reform, and the law outside them, after the quota of the whole. ``also``: one
        more column, null outside."""
        name = f"{Path(changed.replace('/part-*.parquet', '')).stem}-inside"
        if not reform.areas:
            return self.inside(reform.policy_set, changed, day, name)
        law = self.law_whole(day)
        out = self.work / f"{Path(changed).stem}-within.parquet"
        inside = " OR ".join("starts_with(area_code, ?)" for _ in reform.areas)
        ordered = columns_for(reform.policy_set, self.programme.id)
        columns = ", ".join(["unit_id, eligible, amount, category", *(f'"{each}"' for each in ordered)])
        more = f'{columns}, "{also}"' if also and also not in ordered else columns
        outside = (
            "SELECT unit_id, false AS eligible, NULL::DECIMAL(18,2) AS amount, NULL::VARCHAR AS category"
            + "".join(f', NULL AS "{each}"' for each in ordered)
            + " FROM folk"
            if law is None
            else f"SELECT {columns} FROM read_parquet({_quoted(law)})"
        )
        self.study.connection.execute(
            f"""
            COPY (WITH inside AS (SELECT unit_id FROM folk WHERE {inside})
                  SELECT {more} FROM read_parquet({_quoted(changed)}) WHERE unit_id IN (SELECT unit_id FROM inside)
                  UNION ALL BY NAME SELECT {columns} FROM ({outside}) WHERE unit_id NOT IN (SELECT unit_id FROM inside))
            TO {_quoted(str(out))} (FORMAT parquet)
            """,
            list(reform.areas),
        )
        places = None
        if ordered:
            places = places_within(
                self.policy_set,
                reform.policy_set,
                self.programme.id,
                reform.areas,
                at=day,
                known_at=self.question.known_at,
            )
        return self.inside(reform.policy_set, str(out), day, name, places)


def holds(reform: Reform, day: date) -> bool:
    """Whether a reform is in force on a day."""
    return reform.valid_from <= day and (reform.valid_to is None or day < reform.valid_to)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
