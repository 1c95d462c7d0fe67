"""The rows of one file on their way into the register: checked chunk by chunk, entered chunk by chunk.

While the database writes one chunk, the next is checked and sealed beside it. Three sessions write in turn: while one writes the
rows of a chunk, another lays down those of the next; once what two could wait for each other about is written (the keys of forms,
interests that end), the rows of the next follow, and the rest of both is written side by side. Nothing of a chunk is kept before
the one before is kept, and its duplicates are looked for then: what is told of a chunk may follow from the one before, and no run
leaves a gap.

What was found in a chunk's rows is written to the stage before the chunk is committed, and anew when it is done again, so a run
that was killed goes on at the first row that is not entered; nothing is doubled and nothing is lost.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import duckdb
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.utils import IntegrityError

from mazdoor.access import selectors as access
from mazdoor.database.acting import current
from mazdoor.database.appending import analyse_grown
from mazdoor.delivery.registration import selectors
from mazdoor.delivery.registration.consent_notices import keep_notice
from mazdoor.delivery.registration.files import findings
from mazdoor.delivery.registration.files.cells import has_letters, settle_columns, with_other_scripts
from mazdoor.delivery.registration.files.checks import CheckedChunk, Checker
from mazdoor.delivery.registration.files.columns import HOUSEHOLD_KEY, ROW_KEY, columns_of
from mazdoor.delivery.registration.files.entering import Entered, arrive, enter, flag_duplicates
from mazdoor.delivery.registration.files.preparing import Wide, form_keys, widen
from mazdoor.delivery.registration.models import FileImport
from mazdoor.delivery.registration.questionnaire import get_questionnaire
from mazdoor.journal import services as journal

LEAST_ROWS: Final = 1_000
"""A chunk asks some forty statements, however few its rows: fewer than these are not worth it."""
WRITERS: Final = 3
"""Sessions that write, each in its turn."""

NEWS: Final = "registration.file.rows_entered"
"""Topic of the news of a chunk: ``file_import_id``, ``person_runs`` (first and last id of each run of persons)."""

_LOOKED_INTO: Final = ("registration_form", "registration_personkeys", "registration_personrecord")
"""Tables that the next chunks look into: their statistics follow as they grow, those of the others when the file is done."""

Acting = Callable[[], AbstractContextManager[Any]]
Entering = Callable[[int, int], None]
"""(rows done, rows in all)."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Households whose first row is from ``start`` up to ``end``; ready for the register."""

    start: int
    end: int
    rows: int
    checked: CheckedChunk
    wide: Wide | None
    keys: Any
    counts: dict[str, int]


@dataclass(slots=True)
class _Turn:
    """A chunk on its way into the register. ``appended`` is set when so much of it is written, though not kept, that the rows
    of the next may be written beside what is left (or when nothing of it will be)."""

    chunk: _Chunk
    before: _Turn | None = None
    laid_down: threading.Event = field(default_factory=threading.Event)
    appended: threading.Event = field(default_factory=threading.Event)
    again: bool = False
    """Whether its ids were taken anew: those of the next must be too."""
    kept: Future[None] | None = None

    def wait_until_the_one_before_is_written(self) -> None:
        """Until all of the chunk before is written that two could wait for each other about: who writes first never waits for
        who comes after."""
        if self.before is not None:
            self.before.appended.wait()

    def wait_for_the_one_before(self) -> None:
        """Until the chunk before is kept. Raises what went wrong with it: nothing is kept after a gap."""
        if self.before is not None and self.before.kept is not None:
            self.before.kept.result()
        self.before = None

    def finish(self) -> int:
        """Wait until it is kept; returns its rows."""
        if self.kept is not None:
            self.kept.result()
        return self.chunk.rows


def first_places(rows: int, most: int) -> list[int]:
    """The places (from 1) where chunks of ``most`` rows begin. The first ones are smaller, so that those who write need not
    wait for long, and so are the last ones, so that none of them works on when the others have ended."""
    least = min(most, max(most // 5, LEAST_ROWS))
    starts, at = [], 0
    while at < rows:
        starts.append(at + 1)
        at += max(least, min(most, at + least, (rows - at) // WRITERS))
    return starts


class Work:
    """The chunks of one file on their way."""

    def __init__(
        self,
        staged: duckdb.DuckDBPyConnection,
        row: FileImport,
        mapping: list[str],
        *,
        on: dt.date,
        acting: Acting,
    ) -> None:
        self.staged = staged
        self.row = row
        self.on = on
        self.acting = acting
        self.written: dict[str, int] = {}
        self.analysed: dict[str, int] = {}
        questionnaire = get_questionnaire()
        self.version = questionnaire.version
        known = {column.name: column for column in columns_of(questionnaire)}
        chosen = [(place, known[name]) for place, name in enumerate(mapping) if name in known]
        self.width = len(mapping)
        self.namespace = str(row.officer_id or _system_of(acting))
        self._areas_seen: dict[str, bool] = {}
        self._sessions: list[BaseDatabaseWrapper] = []
        readers, scripts = with_other_scripts(
            settle_columns(staged, chosen, on=on), columns_of(questionnaire), wrong=has_letters(staged)
        )
        self.checker = Checker(
            questionnaire,
            readers,
            on=on,
            scripts=scripts,
            grouped=HOUSEHOLD_KEY in mapping,
            sees_area=self._sees_area,
            row_key=mapping.index(ROW_KEY) if ROW_KEY in mapping else None,
        )

    def enter_all(self, tell: Entering, *, total: int, chunk_rows: int) -> None:
        """One chunk after the other: the next is made ready while this one is written."""
        with self.acting(), transaction.atomic():
            keep_notice(self.version)  # once and for all: chunks that both wrote it would wait for each other
        self._enter_chunks(tell, total=total, chunk_rows=chunk_rows)

    def _enter_chunks(self, tell: Entering, *, total: int, chunk_rows: int) -> None:
        bounds = self._bounds(chunk_rows)
        done = self._rows_before(bounds[0][0]) if bounds else total
        tell(done, total)
        if len(bounds) == 1:  # nothing to do beside it
            self._write(_Turn(self._made_ready(*bounds[0])))
            for table in self._not_looked_into():
                self._analyse_alone(table)
            tell(total, total)
            return
        with (
            self._sessions_closed(),
            ThreadPoolExecutor(max_workers=1, thread_name_prefix="chunk") as beside,
            ThreadPoolExecutor(max_workers=WRITERS, thread_name_prefix="write") as writers,
        ):
            waiting: Future[_Chunk] | None = beside.submit(self._ready, *bounds[0]) if bounds else None
            turns: deque[_Turn] = deque()
            for following in [*bounds[1:], None] if bounds else []:
                assert waiting is not None
                chunk = waiting.result()
                waiting = beside.submit(self._ready, *following) if following is not None else None
                if len(turns) == WRITERS:  # no more of them in memory than are written
                    done += turns.popleft().finish()
                    tell(done, total)
                turn = _Turn(chunk, turns[-1] if turns else None)
                turn.kept = writers.submit(self._write_beside, turn)
                turns.append(turn)
            # Whoever has written its last chunk makes statistics meanwhile: of all rows but those of the last chunks.
            early = [writers.submit(self._analyse_beside, table) for table in self._not_looked_into()]
            for turn in turns:
                done += turn.finish()
                tell(done, total)
            for made in early:
                made.result()
            list(writers.map(self._analyse_beside, self._not_looked_into()))

    @contextmanager
    def _sessions_closed(self) -> Iterator[None]:
        """Each thread has a session of its own, kept from chunk to chunk: a fresh one would look up every table again. Closed
        when the threads have ended."""
        try:
            yield
        finally:
            for session in self._sessions:
                session.close()
            self._sessions.clear()

    def _keep_session(self) -> None:
        """Remember the session of this thread, so that it can be closed when the thread is gone."""
        session = connections[DEFAULT_DB_ALIAS]
        if session not in self._sessions:
            session.inc_thread_sharing()
            self._sessions.append(session)

    def _bounds(self, chunk_rows: int) -> list[tuple[int, int]]:
        """Where chunks begin and end (first rows of households), from the first that is not entered."""
        next_row = self.row.next_row
        (rows,) = self.staged.execute("SELECT count(*) FROM stage WHERE h >= $1", [next_row]).fetchone() or (0,)
        found = self.staged.execute(
            "SELECT DISTINCT h FROM (SELECT h, row_number() OVER (ORDER BY h, n) AS place FROM stage WHERE h >= $1) "
            "WHERE place IN (SELECT unnest($2)) ORDER BY h",
            [next_row, first_places(int(rows), chunk_rows)],
        ).fetchall()
        starts = [int(h) for (h,) in found]
        if not starts:  # an earlier run entered all of them, and was killed before it said so
            return []
        (last,) = self.staged.execute("SELECT coalesce(max(h), 0) + 1 FROM stage").fetchone() or (0,)
        return list(zip(starts, [*starts[1:], int(last)], strict=True))

    def _rows_before(self, start: int) -> int:
        (count,) = self.staged.execute("SELECT count(*) FROM stage WHERE h < $1", [start]).fetchone() or (0,)
        return int(count)

    def _ready(self, start: int, end: int) -> _Chunk:
        self._keep_session()  # areas and codes are looked up
        return self._made_ready(start, end)

    def _made_ready(self, start: int, end: int) -> _Chunk:
        """Check, seal and key one chunk; what was found is written to the stage, in place of an earlier run's."""
        cells = ", ".join(f"c{place}" for place in range(self.width))
        with closing(self.staged.cursor()) as own:
            rows = own.execute(
                f"SELECT n, h, fault, found, {cells} FROM stage WHERE h >= $1 AND h < $2 ORDER BY h, n", [start, end]
            ).to_arrow_table()
            checked = self.checker.check(rows)
            counts = findings.counts_of(checked)
            findings.keep(own, checked, rows["h"].to_numpy(), start=start, end=end)
        wide = keys = None
        if checked.good.num_rows:
            keys = form_keys(checked.good, namespace=self.namespace)
            wide = widen(checked.good, on=self.on, employers_of=self._employers_of)
        return _Chunk(start, end, rows.num_rows, checked, wide, keys, counts)

    def _write_beside(self, turn: _Turn) -> None:
        try:
            self._keep_session()
            self._write(turn)
        finally:
            turn.laid_down.set()
            turn.appended.set()

    def _write(self, turn: _Turn) -> None:
        """One transaction: the rows, who they may be, the journal, and how far the file is."""
        for attempt in range(3):
            try:
                self._write_once(turn)
                return
            except IntegrityError:
                # The same household by another door in this very moment, or by the chunk before: looked for again, it is there
                # already. Once they are written the next chunk may be under way, and nothing is tried again.
                if attempt == 2 or turn.appended.is_set():
                    raise
                turn.again = True
                turn.wait_for_the_one_before()
                time.sleep(0.2)

    def _write_once(self, turn: _Turn) -> None:
        chunk = turn.chunk
        ours = FileImport.objects.filter(pk=self.row.pk)
        with self.acting(), transaction.atomic():
            if not ours.filter(next_row__lte=chunk.start).exists():
                return
            # Ids rise from chunk to chunk, also where one is tried again: who came earlier is told by them.
            if turn.before is not None:
                turn.before.laid_down.wait()
            arrived = arrive(chunk.wide, chunk.keys) if chunk.wide is not None else None
            turn.laid_down.set()
            turn.wait_until_the_one_before_is_written()
            if turn.before is not None and turn.before.again:
                turn.again = True
                arrived = arrive(chunk.wide, chunk.keys) if chunk.wide is not None else None
            done = Entered(0, 0, "")
            if arrived is not None:
                done = enter(arrived, version=self.version, let_on=turn.appended.set)
            turn.appended.set()
            turn.wait_for_the_one_before()
            duplicates = 0
            if done.rows:
                self._count(done.counts)
                self._analyse(_LOOKED_INTO)  # without statistics the looks below take the wrong index
                duplicates = flag_duplicates(self.row.pk)
            moved = ours.filter(next_row__lte=chunk.start).update(
                next_row=chunk.end,
                rows_entered=F("rows_entered") + done.rows,
                rows_already=F("rows_already") + done.already,
                rows_refused=F("rows_refused") + chunk.counts["problem"],
                rows_repaired=F("rows_repaired") + chunk.counts["repair"],
                rows_flagged=F("rows_flagged") + chunk.counts["warning"],
                duplicates=F("duplicates") + duplicates,
            )
            if not moved:  # another run of the same file was quicker: it entered these rows
                transaction.set_rollback(True)
                return
            if done.rows:
                journal.record(
                    act="registration.file.rows_entered",
                    subject=f"file:{self.row.pk}",
                    details={"from_row": chunk.start, "before_row": chunk.end, "likely_duplicates": duplicates},
                    count=done.rows,
                    root=done.root,
                )
                journal.publish(topic=NEWS, payload={"file_import_id": self.row.pk, "person_runs": done.people})

    def _count(self, counts: Mapping[str, int]) -> None:
        for table, count in counts.items():
            self.written[table] = self.written.get(table, 0) + count

    def _not_looked_into(self) -> list[str]:
        return sorted(self.written.keys() - set(_LOOKED_INTO))

    def _analyse_beside(self, table: str) -> None:
        self._keep_session()
        self._analyse_alone(table)

    def _analyse_alone(self, table: str) -> None:
        with self.acting(), transaction.atomic():
            self._analyse([table])

    def _analyse(self, tables: Iterable[str]) -> None:
        analyse_grown({table: self.written[table] for table in tables}, self.analysed)

    def _sees_area(self, area: str) -> bool:
        seen = self._areas_seen.get(area)
        if seen is None:
            with self.acting():
                seen = access.sees_area(area)
            self._areas_seen[area] = seen
        return seen

    def _employers_of(self, numbers: Any) -> dict[str, int]:
        with self.acting():
            found = {number: selectors.find_household_of(number) for number in numbers}
        return {number: household for number, household in found.items() if household is not None}


def _system_of(acting: Acting) -> str:
    """Whose own keys of rows these are, where no officer sent the file: the other system's that acts, else the command line's."""
    with acting():
        _officer, _areas, reason = current()
    return reason if reason.startswith("client:") else "0"
