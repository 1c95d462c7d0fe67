"""How many who are on the register already are flagged while a file of people comes in: ``python -m benchmarks.flagging``.

Invented people (`mazdoor.synth.linkage`, spellings held back from tuning): their first records come in as a CSV file through
the doors of the room, in a database of its own that is removed afterwards; then a file with the second records of some of them,
which carry the errors, and as many people who are new. Once the number of the card is told (with its errors), once it is withheld;
and once the same records come in one file, in any order. The truth is not in the files; it is held against the flags
(`registration.like_earlier`). Beside it the look at the counter (`registration.looking.already_here`) is asked about the same
second records before they come, and the comparison of the night runs over the register that was made. Writes
``docs/quality/flagging.md``.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "quality" / "flagging.md"
HEADINGS: Final = (
    "household_area_code", "household_address", "given_name", "surname", "father_name", "husband_name", "sex", "birth_date",
    "relationship", "marital_status", "cnic", "mobile", "consents", "employment1_status", "employment1_category",
    "employment1_occupation", "employment1_industry", "employment1_started_on", "employment1_employer_kind",
    "employment1_pay_period", "employment1_pay_amount", "employment1_days_per_month", "employment1_business_name",
    "employment1_business_premises", "employment1_business_persons_engaged",
)  # fmt: skip
LEAST_PAY: Final = 10_000
"""What everybody earns a month, and a rupee more for each row before theirs: by it a person is known again on the register."""
ASKED_AT_THE_COUNTER: Final = 1_500

Person = dict[str, Any]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Way:
    """One way of coming in: whether second records have a file of their own, and whether cards are told."""

    name: str
    apart: bool
    cards: bool


WAYS: Final = (
    Way("a second file, cards told", True, True),
    Way("a second file, cards withheld", True, False),
    Way("one file, cards told", False, True),
    Way("one file, cards withheld", False, False),
)


def main() -> int:
    """Measure each way in a process and a database of its own, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flagging", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--persons", type=int, default=100_000)
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--missed", type=Path, help="write what was missed and what was wrong here, for a look at it")
    parser.add_argument("--way", type=int, choices=range(len(WAYS)), help="only this one, without a page")
    options = parser.parse_args()
    if options.way is not None:
        print(json.dumps(_measured(options.persons, WAYS[options.way], options.missed)))
        return 0
    told = []
    for number in range(len(WAYS)):
        command = [sys.executable, "-m", "benchmarks.flagging", "--persons", str(options.persons), "--way", str(number)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        told.append(json.loads(ended.stdout.splitlines()[-1]))
        print(json.dumps(told[-1]), flush=True)
    if not options.no_page:
        PAGE.write_text(_page(options.persons, told), encoding="utf-8")
    return 0


def _measured(persons: int, way: Way, missed: Path | None) -> dict[str, Any]:
    home = Path(tempfile.mkdtemp(prefix="mazdoor-bench-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        from mazdoor.cli.main import set_up_django

        set_up_django()
        from mazdoor.access.services import acting_as_system
        from mazdoor.database import lifecycle
        from mazdoor.reference import services as reference

        with lifecycle.lease():
            lifecycle.ensure_ready()
            with acting_as_system(reason="benchmark"):
                reference.load()
            return _flagged(home, persons, way, missed)
    finally:
        shutil.rmtree(home)


def _flagged(home: Path, persons: int, way: Way, missed: Path | None) -> dict[str, Any]:
    from mazdoor.access.services import acting_as_system

    people = _people(home, persons)
    files = _two_files(people) if way.apart else [people]
    arrived: list[Person] = []
    counter: dict[str, Any] = {}
    seconds = 0.0
    for place, rows in enumerate(files):
        if place:
            counter = _at_the_counter(rows, _who(arrived), cards=way.cards)
        begun = time.monotonic()
        number, registered = _bring_in(home / f"people-{place}.csv", rows, cards=way.cards, start=len(people) * place)
        seconds = time.monotonic() - begun
        arrived += registered
    last = files[-1]
    who = _who(arrived)
    everybody = _twins(who)
    late = {person["record_id"] for person in last}
    twins = {pair for pair in everybody if who[pair[1]]["record_id"] in late}
    with acting_as_system(reason="benchmark"):
        flags = _asked(
            "SELECT person_id, other_person_id, why FROM registration_fileduplicate WHERE file_import_id = %s", [number]
        )
    flagged: set[Pair] = {(min(a, b), max(a, b)) for a, b, _ in flags}
    wrong = [(a, b, why) for a, b, why in flags if (min(a, b), max(a, b)) not in everybody]
    if missed is not None:
        _write_missed(missed, who, twins - flagged, wrong)
    return {
        "way": way.name,
        "rows": len(last),
        "refused": len(people) - len(arrived),
        "register": sum(len(file) for file in files[:-1]),
        "twice": len(twins),
        "recall": round(len(flagged & twins) / len(twins), 4),
        "precision": round(1 - len(wrong) / max(len(flags), 1), 4),
        "wrong": len(wrong),
        "wrong_by": {why: sum(each == why for *_, each in wrong) for why in sorted({each for *_, each in wrong})},
        "errors": _by_error(who, twins, flagged),
        "seconds": round(seconds, 1),
        "counter": counter,
        "night": _the_night_after(everybody),
        "load": round(os.getloadavg()[0], 1),
    }


def _people(home: Path, persons: int) -> list[Person]:
    """The records of a population in any order; ``errors`` of a second record say what is wrong with it."""
    import duckdb

    from mazdoor.synth.linkage import LinkageOrder, write_linkage

    raw = home / "raw.parquet"
    write_linkage(LinkageOrder(persons, cnic=True), raw)
    with duckdb.connect() as con:
        rows = con.execute(
            f"SELECT record_id, person_no, given_name, surname, father_name, husband_name, birth_date, sex, area_code, cnic, "
            f"mobile, errors FROM read_parquet('{raw}') ORDER BY hash(record_id), record_id"
        ).to_arrow_table()
    raw.unlink()
    people: list[Person] = rows.to_pylist()
    return people


def _two_files(people: list[Person]) -> list[list[Person]]:
    """The first records but for some, and the second ones with these, who are new."""
    second = [person for person in people if person["errors"] is not None]
    twice = {person["person_no"] for person in second}
    new = [person for person in people if person["person_no"] not in twice][: len(second)]
    late = {person["record_id"] for person in (*second, *new)}
    return [
        [person for person in people if person["record_id"] not in late],
        [person for person in people if person["record_id"] in late],
    ]


def _bring_in(path: Path, people: list[Person], *, cards: bool, start: int) -> tuple[int, list[Person]]:
    """Bring these people in as a file, each in a household of their own; the number of the file and whom it registered."""
    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.registration.files import keeping, selectors, services

    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(HEADINGS)
        for place, person in enumerate(people):  # another address, else the same answers are the same form sent twice
            card = person["cnic"] if cards and person["cnic"] else ""
            writer.writerow(
                [
                    person["area_code"], f"House {start + place}", person["given_name"], person["surname"] or "",
                    person["father_name"] or "", person["husband_name"] or "", person["sex"], person["birth_date"] or "", "head",
                    "married" if person["husband_name"] else "", card and f"{card[:5]}-{card[5:12]}-{card[12:]}",
                    person["mobile"] or "", "registration programmes",
                    "own_account", "street_vendor", "5211", "4781", "2026", "none", "month", LEAST_PAY + start + place, 20,
                    "Stall", "stall", 1,
                ]
            )  # fmt: skip
    with acting_as_system(reason="benchmark"):
        number = services.receive_file(blocks=keeping.blocks_of(path))
        mapping = services.sure_mapping(number)
        assert mapping is not None
        services.confirm_columns(import_id=number, mapping=mapping)
    services.import_file(import_id=number, acting=lambda: acting_as_system(reason="benchmark"))
    with acting_as_system(reason="benchmark"):
        done = selectors.get_file(import_id=number)
        returned = selectors.find_returned(import_id=number)
    refused: set[str] = set()
    if returned is not None:  # such as a card whose first digits name no place, by a slip of the pen
        with returned.open(newline="", encoding="utf-8-sig") as file:
            refused = {row["household_address"] for row in csv.DictReader(file)}
    registered = [
        {**person, "pay": LEAST_PAY + start + place}
        for place, person in enumerate(people)
        if f"House {start + place}" not in refused
    ]
    assert done.rows_entered == len(registered), f"{done.rows_entered} of {len(people)} rows were registered"
    return number, registered


def _who(arrived: list[Person]) -> dict[int, Person]:
    """Number on the register → the person as invented, known again by the pay."""
    from mazdoor.access.services import acting_as_system

    with acting_as_system(reason="benchmark"):
        found = _asked(
            "SELECT w.person_id, e.pay_amount / 100 FROM registration_employmentrecord e "
            "JOIN registration_employment w ON w.id = e.employment_id",
            [],
        )
    assert len(found) == len(arrived)
    by_pay = {person["pay"]: person for person in arrived}
    return {int(number): by_pay[int(pay)] for number, pay in found}


def _twins(who: dict[int, Person]) -> set[Pair]:
    """Every pair of numbers that is one person, the lower first."""
    records: dict[int, list[int]] = {}
    for number, person in who.items():
        records.setdefault(person["person_no"], []).append(number)
    return {(min(numbers), max(numbers)) for numbers in records.values() if len(numbers) == 2}


def _by_error(who: dict[int, Person], twins: set[Pair], flagged: set[Pair]) -> dict[str, tuple[int, float]]:
    """Error → how many of the pairs have it, and the share of them that was flagged; a pair may have several."""
    found: dict[str, list[bool]] = {}
    for pair in twins:
        errors = next((who[number]["errors"] for number in pair if who[number]["errors"] is not None), "")
        for error in errors.split(",") if errors else ["none"]:
            found.setdefault(error, []).append(pair in flagged)
    return {error: (len(each), round(sum(each) / len(each), 4)) for error, each in sorted(found.items())}


def _at_the_counter(rows: Sequence[Person], who: dict[int, Person], *, cards: bool) -> dict[str, Any]:
    """What the look at the counter says of the second records (and of as many new people) before they come."""
    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.registration import looking
    from mazdoor.delivery.registration.people import PersonAnswers

    numbers = {person["person_no"]: number for number, person in who.items()}
    second = [person for person in rows if person["errors"] is not None and person["person_no"] in numbers]
    new = [person for person in rows if person["errors"] is None]
    asked = [*second[:ASKED_AT_THE_COUNTER], *new[:ASKED_AT_THE_COUNTER]]
    found = sure = shown = 0
    for person in asked:
        answers = PersonAnswers(
            given_name=person["given_name"], surname=person["surname"] or "", father_name=person["father_name"] or "",
            husband_name=person["husband_name"] or "", sex=person["sex"], birth_date=person["birth_date"],
            mobile=person["mobile"] or "", cnic=(person["cnic"] or "") if cards else "",
        )  # fmt: skip
        with acting_as_system(reason="benchmark"):
            likely = looking.already_here(person=answers, area_code=person["area_code"])
        right = [each for each in likely if each.person_id == numbers.get(person["person_no"])]
        found += len(right)
        sure += sum(each.sure for each in right)
        shown += len(likely)
    count = min(len(second), ASKED_AT_THE_COUNTER)
    return {
        "asked": len(asked),
        "recall": round(found / count, 4),
        "sure": round(sure / count, 4),
        "precision": round(found / max(shown, 1), 4),
    }


def _the_night_after(everybody: set[Pair]) -> dict[str, Any]:
    """What the comparison of the whole register finds of everybody who is there twice."""
    from mazdoor.access.services import acting_as_system
    from mazdoor.delivery.deduplication import services as deduplication

    begun = time.monotonic()
    deduplication.find_pairs()
    seconds = time.monotonic() - begun
    with acting_as_system(reason="benchmark"):
        queued = _asked("SELECT person_a_id, person_b_id, strong FROM deduplication_matchedpair", [])
    found = {(a, b) for a, b, _ in queued}
    strong = {(a, b) for a, b, heavy in queued if heavy}
    return {
        "recall": round(len(found & everybody) / len(everybody), 4),
        "strong_recall": round(len(strong & everybody) / len(everybody), 4),
        "strong_precision": round(len(strong & everybody) / max(len(strong), 1), 4),
        "queued": len(queued),
        "seconds": round(seconds, 1),
    }


def _asked(sql: str, values: list[Any]) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _write_missed(to: Path, who: dict[int, Person], missed: set[Pair], wrong: list[tuple[int, int, str]]) -> None:
    """Both records of each pair that was missed or is wrong, invented as they are."""
    lines = [{"why": "missed", "earlier": who[a], "later": who[b]} for a, b in sorted(missed)]
    lines += [{"why": why, "earlier": who[b], "later": who[a]} for a, b, why in wrong]
    to.write_text("".join(json.dumps(line, default=str) + "\n" for line in lines), encoding="utf-8")


def _page(persons: int, told: list[dict[str, Any]]) -> str:
    rows = "\n".join(
        f"| {each['way']} | {each['rows']:,} | {each['register'] or '–':{',' if each['register'] else ''}} | {each['twice']:,} "
        f"| **{each['recall']:.3f}** | {each['precision']:.3f} | {each['wrong']:,} ({_listed(each['wrong_by'])}) |"
        for each in told
    )
    counters = "\n".join(
        f"| {each['way']} | {each['counter']['asked']:,} | {each['counter']['recall']:.3f} | {each['counter']['sure']:.3f} "
        f"| {each['counter']['precision']:.3f} |"
        for each in told
        if each["counter"]
    )
    nights = "\n".join(
        f"| {each['way']} | {each['night']['recall']:.3f} | {each['night']['strong_recall']:.3f} "
        f"| {each['night']['strong_precision']:.4f} | {each['night']['queued']:,} | {each['night']['seconds']:.0f} |"
        for each in told
    )
    kinds = sorted({kind for each in told for kind in each["errors"]})
    errors = "\n".join(
        f"| {kind.replace('_', ' ')} | "
        + " | ".join(
            "{1:.3f} of {0:,}".format(*each["errors"][kind]) if kind in each["errors"] else "" for each in told
        )
        + " |"
        for kind in kinds
    )
    load = max(each["load"] for each in told)
    return f"""# Flagged while a file comes in

Written by `python -m benchmarks.flagging --persons {persons}`; nothing here is typed by hand. {persons:,} invented persons with
the errors of [`linkage_errors.yaml`](../../src/mazdoor/synth/data/linkage_errors.yaml), spellings held back from tuning, 5 % of
them there a second time, come in as CSV files through the product's own doors. In two ways the second records have a file of their
own, with as many people who are new; in the other two everybody is in one file, in any order. *Cards told* is with the number of
the CNIC, which a quarter of the second records do not have and a fifth have with an error. A flag joins nothing and refuses nobody.

A row is flagged by rules over keys that are kept anyway, asked of the whole register in seven short looks a row
(`registration.like_earlier`), since 8,000 rows and more come in a second. The look at the counter asks three times as
many keys (years beside the birth, names exchanged) and weighs every field of what it finds. So a row may be missed here that the
counter would show: where the birth is a year off or the district another one, and a name is mistyped besides, the two records
share no key, or one that strangers share too. Who is missed here is looked for again by the comparison of the night after (below).

*Recall*: of the rows whose person is there already, those flagged with that very person. *Precision*: flags that are right.

| way | rows of the file | on the register before | there already | recall | precision | wrong, by rule |
|---|---:|---:|---:|---:|---:|---:|
{rows}

## By error

Share flagged of the pairs with that error; most have several.

| error | {" | ".join(each["way"] for each in told)} |
|---|{"---:|" * len(told)}
{errors}

## The same people at the counter

The look at the counter (`registration.looking`), asked about second records and as many new people just before the file came.
*Sure*: found and called very likely. It shows up to ten people to an officer who decides at once, so it shows more.

| way | asked | recall | of them sure | precision |
|---|---:|---:|---:|---:|
{counters}

## The night after

What the comparison of the whole register finds of everybody who is there twice: *queued* is put before officers, *strong* holds
money up until somebody has looked (the upper line).

| way | recall, queued | recall, strong | precision, strong | pairs queued | seconds |
|---|---:|---:|---:|---:|---:|
{nights}

Rows that the checks of the file refused are left out ({sum(each["refused"] for each in told):,} of all four ways).
Every person is a household of their own here, so what members of one household share is not held against them as it would be.
Python {platform.python_version()}, {os.cpu_count()} cores, load up to {load}.
"""


def _listed(rules: dict[str, int]) -> str:
    return ", ".join(f"{rule} {count}" for rule, count in rules.items()) or "–"


if __name__ == "__main__":
    sys.exit(main())
