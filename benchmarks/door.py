"""The question before anybody is added, of a register of ten million: ``python -m benchmarks.door --persons 10000000``.

A linkage population (`mazdoor.synth.linkage`, card numbers in play; or ``--population FILE``) is taken apart: the first
records go into a database of its own, into the product's tables of persons, records, keys and members with their indexes
and row-level security; the second records, which carry the errors, stay outside. Then the product's own function
(`registration.looking.already_here`) is asked who each of them might be, with the CNIC told and withheld, by two callers in
two processes at once, and who people might be that are not on the register at all.

Told are: how often the right person is among those shown, how many wrong ones are shown, and how long it takes, warm and
right after everything was forgotten (server stopped, its files out of the system's memory). ``--keep FOLDER`` keeps the
database and takes it up again; ``--report FILE`` writes JSON.

Left out of the load is what the door does not read: households, work, consents, the sounds' and the area's index. Sealed
values are random bytes of their length.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

CALLERS: Final = 2
WARM_UP: Final = 300
COLD: Final = 100
PASSWORD: Final = "benchmark of the door 2026"
#: Beyond these bits nobody is shown to an officer of the counter (`web.registry.wizard`).
SHOWN_AT_MOST: Final = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, ask, print."""
    options = _options(arguments)
    home = options.keep or Path(tempfile.mkdtemp(prefix="mazdoor-door-", dir=os.environ.get("TMPDIR", "/tmp")))
    home.mkdir(exist_ok=True)
    home.chmod(0o711)
    os.environ["MAZDOOR_HOME"] = str(home)
    try:
        _set_up()
        from django.db import connections

        from benchmarks.door_register import load, questions, size_on_disk
        from mazdoor.database import lifecycle

        with lifecycle.lease():
            lifecycle.ensure_ready()
            people = options.population or _population(options.persons, home)
            loaded = load(people, home)
            asked = questions(people, home, told=options.ask, strangers=options.strangers)
            sizes = size_on_disk()
        if options.load_only:
            return 0
        report: dict[str, Any] = {"persons": loaded, "asked": len(asked.told), "strangers": len(asked.strangers)}
        report |= {"megabytes": sizes, "load_before": round(os.getloadavg()[0], 2), "cores": os.cpu_count()}
        with lifecycle.lease():
            _remember(home)
            _ask([])  # whoever asks is signed up once, before two ask at once
            report |= _measure(asked)
        _print(report)
        if not options.no_cold:
            connections.close_all()  # the server stops
            _forget(home)
            with lifecycle.lease():
                report["cold"] = _times(_ask([(person, True, 0) for person, _ in asked.told[:COLD]]))
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    if "cold" in report:
        print(f"\nCold, one caller, the first {COLD}: {report['cold']}")
    if options.report:
        options.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.door", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--population", type=Path, help="a file of `mazdoor synth linkage`, in place of writing one")
    parser.add_argument("--ask", type=int, default=3_000, help="how many second records are asked about")
    parser.add_argument(
        "--strangers", type=int, default=1_000, help="how many people who are not there are asked about"
    )
    parser.add_argument("--keep", type=Path, help="folder of the database, kept and taken up again")
    parser.add_argument("--load-only", action="store_true")
    parser.add_argument("--no-cold", action="store_true")
    parser.add_argument("--report", type=Path)
    return parser.parse_args(arguments)


def _set_up() -> None:
    from mazdoor.cli.main import set_up_django

    set_up_django()


def _population(persons: int, home: Path) -> Path:
    from mazdoor.synth.linkage import LinkageOrder, write_linkage

    file = home / f"population-{persons}.parquet"
    if not file.exists():
        write_linkage(LinkageOrder(persons, cnic=True), file)
    return file


# --- asking --------------------------------------------------------------------------------------------------------

Question = tuple[dict[str, Any], bool, int]
"""What a person tells, whether the CNIC is told, and who it is (0 for nobody)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Seconds it took, at which place the right person stood (0 for nowhere), how many wrong ones were shown, how many of
    them were called very likely."""

    seconds: float
    place: int
    wrong: int
    wrong_and_sure: int
    compared: int


def _ask(questions: Sequence[Question]) -> list[Answer]:
    """Ask one by one, as an officer of the whole country."""
    from mazdoor.access.services import acting_as, acting_as_system, ensure_officer
    from mazdoor.delivery.registration import looking
    from mazdoor.delivery.registration.people import PersonAnswers

    with acting_as_system(reason="benchmark"):
        officer = ensure_officer(
            username="door", full_name="Benchmark", desk="registrar", areas=["*"], password=PASSWORD
        ).pk
    answers = []
    for person, with_cnic, who in questions:
        told = dict(person)
        area = told.pop("area_code")
        if not with_cnic:
            told |= {"cnic": "", "old_nic": ""}
        applicant = PersonAnswers(**told)
        with acting_as(officer_id=officer):
            begun = time.perf_counter()
            shown = looking.already_here(person=applicant, area_code=area, limit=SHOWN_AT_MOST)
            seconds = time.perf_counter() - begun
        places = [number for number, likely in enumerate(shown, 1) if likely.person_id == who]
        wrong = [likely for likely in shown if likely.person_id != who]
        answers.append(
            Answer(seconds, places[0] if places else 0, len(wrong), sum(each.sure for each in wrong), len(shown))
        )
    return answers


def _caller(number: int, asked: list[list[Question]], together: Any, given: Any) -> None:
    """One of the callers, a process of its own: warms up, then asks its part of each list at the same time as the others."""
    _set_up()
    _ask(asked[0][:WARM_UP])
    results = []
    for questions in asked[1:]:
        together.wait()
        begun = time.process_time()
        answers = _ask(questions)
        results.append(([asdict(answer) for answer in answers], time.process_time() - begun))
    given.put((number, results))


def _measure(asked: Any) -> dict[str, Any]:
    spare = [(person, True, who) for person, who in asked.told[: WARM_UP * CALLERS]]
    told = asked.told[WARM_UP * CALLERS :]
    lists = {
        "cnic told": [(person, True, who) for person, who in told],
        "cnic withheld": [(person, False, who) for person, who in told],
        "strangers, cnic told": [(person, True, 0) for person in asked.strangers],
        "strangers, cnic withheld": [(person, False, 0) for person in asked.strangers],
    }
    context = multiprocessing.get_context("spawn")
    together, given = context.Barrier(CALLERS), context.Queue()
    callers = [
        context.Process(
            target=_caller,
            args=(
                number,
                [spare[number::CALLERS], *(questions[number::CALLERS] for questions in lists.values())],
                together,
                given,
            ),
        )
        for number in range(CALLERS)
    ]
    for caller in callers:
        caller.start()
    results = [given.get() for _ in callers]
    for caller in callers:
        caller.join()
    report = {}
    for place, name in enumerate(lists):
        answers = [Answer(**each) for _, lots in results for each in lots[place][0]]
        spent = sum(lots[place][1] for _, lots in results)
        report[name] = _told(answers, there=not name.startswith("strangers")) | {
            "caller_processor_ms": round(1000 * spent / len(answers), 2)
        }
    return report


def _told(answers: Sequence[Answer], *, there: bool) -> dict[str, Any]:
    count = len(answers)
    told: dict[str, Any] = {"questions": count, **_times(answers)}
    if there:
        told |= {
            "recall_shown": round(sum(answer.place > 0 for answer in answers) / count, 4),
            "recall_top_5": round(sum(0 < answer.place <= 5 for answer in answers) / count, 4),
            "recall_first": round(sum(answer.place == 1 for answer in answers) / count, 4),
        }
    return told | {
        "wrong_shown": round(sum(answer.wrong for answer in answers) / count, 3),
        "asked_in_vain": round(sum(answer.wrong > 0 for answer in answers) / count, 3),
        "wrong_called_very_likely": round(sum(answer.wrong_and_sure for answer in answers) / count, 4),
    }


def _times(answers: Sequence[Answer]) -> dict[str, float]:
    cuts = quantiles([1000 * answer.seconds for answer in answers], n=100)
    return {"p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2), "p99_ms": round(cuts[98], 2)}


# --- before and after ----------------------------------------------------------------------------------------------


def _remember(home: Path) -> None:
    """Read the server's files once, so that the system has them in memory: what a machine that serves has done long ago."""
    for file in (home / "postgres" / "base").rglob("*"):
        with _opened(file) as descriptor:
            while descriptor is not None and os.read(descriptor, 1 << 22):
                pass


def _forget(home: Path) -> None:
    """Put the server's files out of the system's memory, the server being stopped."""
    for file in (home / "postgres").rglob("*"):
        with _opened(file) as descriptor:
            if descriptor is not None:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


@contextmanager
def _opened(file: Path) -> Iterator[int | None]:
    if not file.is_file():
        yield None
        return
    descriptor = os.open(file, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _print(report: dict[str, Any]) -> None:
    print(f"\n{report['persons']:,} persons on the register, {report['cores']} cores, {CALLERS} callers at once,"
          f" load before {report['load_before']}\n")  # fmt: skip
    print("| asked about | questions | found | in the first 5 | first | wrong ones shown | p50 ms | p95 ms | p99 ms |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, part in report.items():
        if isinstance(part, dict) and "questions" in part:
            found = [
                f"{100 * part[key]:.1f}%" if key in part else ""
                for key in ("recall_shown", "recall_top_5", "recall_first")
            ]
            times = [f"{part[key]:.1f}" for key in ("p50_ms", "p95_ms", "p99_ms")]
            print(
                "| " + " | ".join([name, f"{part['questions']:,}", *found, f"{part['wrong_shown']:.2f}", *times]) + " |"
            )


if __name__ == "__main__":
    sys.exit(main())
