"""What do decisions of officers teach the model? ``python -m benchmarks.labels`` writes ``docs/quality/labels.md``.

Invented people (`mazdoor.synth.linkage`, spellings held back from tuning, cards withheld), many of them there twice, stand in a
register of their own and are compared as each night, by what expectation-maximisation learns alone. An officer whose answers are
the truth then decides pairs of the queue through the product's own door (`services.decide_pair`; a second officer where two have
to say it), and `selectors.clerical_labels` gives what the model learns from: pairs drawn by chance from between the lines, pairs
drawn by chance from the whole queue, and both. With each of them, and with some answers turned round, everybody is compared anew,
and the truth held against what is found, as `benchmarks.deduplication` does it.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "quality" / "labels.md"
MISTAKEN: Final = 0.05
"""Share of an officer's answers that are turned round, to see what mistakes do."""

DECIDED: Final = "decided.json"
Label = tuple[int, int, bool]


def main(arguments: Sequence[str] | None = None) -> int:
    """Register, decide, learn, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--persons", type=int, default=200_000)
    parser.add_argument(
        "--labels", type=int, default=600, help="decided pairs from between the lines, and as many others"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-page", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder that is kept; a run that was broken off goes on there")
    options = parser.parse_args(arguments)
    home = options.keep or Path(tempfile.mkdtemp(prefix="mazdoor-labels-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        if not (home / DECIDED).exists():
            told = _decided(options.persons, options.seed, options.labels, home)
            (home / DECIDED).write_text(json.dumps(told), encoding="utf-8")
        told = json.loads((home / DECIDED).read_text(encoding="utf-8"))
        report = told | {"ways": list(_measured(told, options.seed, home))}
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    if not options.no_page:
        PAGE.write_text(_page(report), encoding="utf-8")
    return 0


def _decided(persons: int, seed: int, wanted: int, home: Path) -> dict[str, Any]:
    """What officers decided (``between``, ``anywhere``: labels of records of the population), and of how much."""
    from mazdoor.cli.main import set_up_django

    set_up_django()
    from django.db import connection

    from benchmarks.door_register import known, load
    from mazdoor.access.services import acting_as, acting_as_system, ensure_officer
    from mazdoor.database import lifecycle
    from mazdoor.delivery.deduplication import selectors, services
    from mazdoor.delivery.deduplication.models import MatchedPair
    from mazdoor.delivery.deduplication.states import PairState
    from mazdoor.synth.linkage import LinkageOrder, write_linkage

    raw = home / "raw.parquet"
    write_linkage(LinkageOrder(persons, seed=seed), raw)
    with lifecycle.lease():
        lifecycle.ensure_ready()
        records = load(raw, home, rows=f"SELECT * FROM read_parquet('{raw}')", known_by="record_id")
        record_of = dict(enumerate(known(home).tolist(), 1))
        person_of = _truth(raw)
        with acting_as_system(reason="benchmark"), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO registration_household (id, area_code, registered_on) "
                "SELECT household_id, min(area_code), min(valid_from) FROM registration_member GROUP BY 1 "
                "ON CONFLICT DO NOTHING"
            )
            run = selectors.last_run()
        if run is None:
            services.find_pairs()
        with acting_as_system(reason="benchmark"):
            officers = [
                ensure_officer(
                    username=f"labels{number}", full_name="Measuring", desk="verifier", areas=["*"],
                    password=os.urandom(9).hex(),
                ).pk
                for number in (1, 2)
            ]  # fmt: skip
            queue = list(MatchedPair.objects.order_by("pk").values_list("pk", "person_a_id", "person_b_id", "strong"))
        dice = random.Random(seed)
        between = dice.sample([pair for pair in queue if not pair[3]], wanted)
        anywhere = dice.sample(sorted(set(queue).difference(between)), wanted)
        with acting_as_system(reason="benchmark"):
            waiting = set(MatchedPair.objects.filter(decided_at=None).values_list("pk", flat=True))
        for pair, a, b, _ in [each for each in (*between, *anywhere) if each[0] in waiting]:
            said = "same" if person_of[record_of[a]] == person_of[record_of[b]] else "different"
            for officer in officers:
                with acting_as(officer_id=officer):
                    services.decide_pair(pair_id=pair, decision=said, note="looked at")
                    if MatchedPair.objects.get(pk=pair).state != PairState.PROPOSED:
                        break
        with acting_as_system(reason="benchmark"):
            labels = {(each.person_a_id, each.person_b_id): each.same for each in selectors.clerical_labels()}

    def of(pairs: Iterable[tuple[int, int, int, bool]]) -> list[Label]:
        return [(record_of[a], record_of[b], labels[a, b]) for _, a, b, _ in pairs]

    return {
        "persons": persons,
        "records": records,
        "queued": len(queue),
        "decided": len(labels),
        "between": of(between),
        "anywhere": of(anywhere),
    }


def _truth(raw: Path) -> dict[int, int]:
    """Record → the person it is of."""
    rows = pq.read_table(raw, columns=["record_id", "person_no"])
    return dict(zip(rows["record_id"].to_pylist(), rows["person_no"].to_pylist(), strict=True))


def _measured(told: dict[str, Any], seed: int, home: Path) -> Iterator[dict[str, Any]]:
    """What is found without labels, and with each lot of them."""
    from benchmarks.deduplication import ours
    from benchmarks.populations import population
    from mazdoor.synth.linkage import LinkageOrder

    doubtful, others = told["between"], told["anywhere"]
    people = population(LinkageOrder(told["persons"], seed=seed), home)
    dice = random.Random(seed)
    both = [*doubtful, *others]
    mistaken = [(a, b, same != (dice.random() < MISTAKEN)) for a, b, same in both]
    lots: dict[str, list[Label]] = {
        "no labels: expectation-maximisation alone": [],
        "from between the lines": doubtful,
        "from the whole queue": others,
        "both": both,
        f"both, {MISTAKEN:.0%} of the answers wrong": mistaken,
    }
    for number, (name, labels) in enumerate(lots.items()):
        folder, kept = home / f"way-{number}", home / f"way-{number}.json"
        if not kept.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            figures = ours(people, folder, labels=_written(labels, folder / "labels.parquet") if labels else None)
            shutil.rmtree(folder)
            way = {"name": name, "labels": len(labels), "same": sum(same for _, _, same in labels)}
            way |= {key: figures[key] for key in ("at_zero", "grouped", "upper", "review")}
            kept.write_text(json.dumps(way), encoding="utf-8")
        yield (way := json.loads(kept.read_text(encoding="utf-8")))
        print(json.dumps(way), flush=True)


def _written(labels: list[Label], path: Path) -> Path:
    names = ("record_id_a", "record_id_b", "same")
    pq.write_table(pa.table(dict(zip(names, map(list, zip(*labels, strict=True)), strict=True))), path)
    return path


def _page(report: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {way['name']} | {way['labels']:,} | {way['same']:,} | {way['at_zero']['f1']:.4f} | {way['grouped']['f1']:.4f} | "
        f"{way['upper']['precision']:.4f} | {way['upper']['recall']:.4f} | {100 * way['review']['share']:.2f} % | "
        f"{way['review']['recall']:.4f} |"
        for way in report["ways"]
    )
    alone, *taught = report["ways"]
    gains = [way["grouped"]["f1"] - alone["grouped"]["f1"] for way in taught]
    return f"""# What decisions of officers teach the model

Written by `python -m benchmarks.labels`; nothing here is typed by hand. {report["persons"]:,} invented persons,
{report["records"]:,} records (cards withheld, spellings held back from tuning), stood in a register and were compared;
{report["decided"]:,} pairs of the {report["queued"]:,} queued were decided through `services.decide_pair` by officers whose
answers are the truth.
Then everybody was compared anew with those labels.

| labels | pairs | one person | F1, even chance | F1, groups | upper band: precision | recall | to review | recall with it |
|---|---:|---:|---:|---:|---:|---:|---:|---:|
{rows}

F1 of groups against no labels: {min(gains):+.4f} to {max(gains):+.4f}; records to review
{100 * alone["review"]["share"]:.2f} % without, {100 * min(way["review"]["share"] for way in taught):.2f} % at the least. The lines
are drawn by the same costs each time. This is one population and one draw of labels: differences in the fourth decimal may well be
chance. Labels count beside what is learnt without them, the more the more there are (`mazdoor.matching.labels`): so they change
little where expectation-maximisation has learnt from as many records, and some wrong answers do little harm.
"""


if __name__ == "__main__":
    sys.exit(main())
