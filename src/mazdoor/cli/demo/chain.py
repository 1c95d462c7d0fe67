"""The steps of the demonstration, each through the doors of its room, in the order of the chain.

Every step can be run again: it does what is not done yet and tells what is there in the end, so a second run tells the
same counts. Nothing reaches a later room but what an earlier one let through.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from mazdoor.access.services import acting_as_system
from mazdoor.casework.recertification import run_calendar
from mazdoor.cli.demo import doors
from mazdoor.cli.demo.cast import ensure_cast
from mazdoor.cli.demo.refusals import OTHER_POPULATION
from mazdoor.cli.demo.telling import Report, Step, forget_peak, peak_mb
from mazdoor.cli.demo.world import BANKS, World
from mazdoor.config import wiring
from mazdoor.database.home import home_folder
from mazdoor.delivery.accounts import selectors as accounts_read
from mazdoor.delivery.accounts import services as accounts
from mazdoor.delivery.accounts.opening import open_accounts
from mazdoor.delivery.accounts.ports import AccountProvider
from mazdoor.delivery.assessment import selectors as assessment_read
from mazdoor.delivery.assessment import services as assessment
from mazdoor.delivery.assessment.policies import policy_set
from mazdoor.delivery.contributions import selectors as contributions_read
from mazdoor.delivery.contributions import services as contributions
from mazdoor.delivery.deduplication import selectors as deduplication_read
from mazdoor.delivery.deduplication import services as deduplication
from mazdoor.delivery.enrolment import selectors as enrolment_read
from mazdoor.delivery.enrolment import services as enrolment
from mazdoor.delivery.payments import selectors as payments_read
from mazdoor.delivery.payments import services as payments
from mazdoor.delivery.reconciliation import services as reconciliation
from mazdoor.delivery.registration import loading
from mazdoor.delivery.registration import selectors as registration_read
from mazdoor.delivery.registration import services as registration
from mazdoor.delivery.reporting import selectors as reporting_read
from mazdoor.delivery.reporting import services as reporting
from mazdoor.delivery.verification import selectors as verification_read
from mazdoor.delivery.verification import services as verification
from mazdoor.delivery.verification.ports import IdentityAuthority
from mazdoor.delivery.wages import services as wages
from mazdoor.delivery.wages.policy import minimum_wages
from mazdoor.journal import sealing
from mazdoor.kernel.money import format_rupees
from mazdoor.reference import services as reference
from mazdoor.synth import DEFAULT_AS_OF, Manifest, generate

Tell = Callable[[str, int, int], None]

EMERGENCY_CASH: Final = "emergency_cash"
PENSION: Final = "old_age_pension"
# The rules of 2020 are applied as they stood on the day the fifth category was paid.
EMERGENCY_CASH_DAY: Final = dt.date(2020, 6, 1)
BATCH: Final = 5000


class Chain:
    """One walk down the chain for a population of so many workers."""

    def __init__(self, *, workers: int, seed: int, tell: Tell, as_of: dt.date = DEFAULT_AS_OF) -> None:
        self.workers = workers
        self.seed = seed
        self.as_of = as_of
        self.source = f"synthetic-{workers}-{seed}-{as_of.isoformat()}"
        self.population = home_folder() / "populations" / self.source
        self.tell = tell
        self.report = Report(workers=workers, seed=seed)

    def world_name(self) -> str:
        """A name for the outside world of this register: another register meets other banks."""
        return f"{self.source}-{registration_read.register_mark()}"

    def walk(self, world: World) -> Report:
        """All steps. Refuses DEM-001 where the register holds another population."""
        start = time.monotonic()
        other = registration_read.other_sources(source=self.source)
        if other:
            raise OTHER_POPULATION.because(other=other[0])
        self._prepare()
        self._register()
        self._come_to_the_doors(world)
        self._verify(world)
        self._deduplicate()
        self._open_accounts(world)
        self._hold_wages()
        self._count_contributions()
        runs = self._assess()
        self._enrol(runs)
        self._put_on_the_calendar()
        self._pay(world)
        self._reconcile(world)
        self._report()
        self._seal()
        self._add_up()
        self.report.seconds = round(time.monotonic() - start, 1)
        return self.report

    @contextmanager
    def _step(self, name: str, title: str) -> Iterator[_Told]:
        told = _Told(lambda done, total: self.tell(title, done, total))
        self.tell(title, 0, 1)
        forget_peak()
        start = time.monotonic()
        yield told
        self.tell(title, 1, 1)
        self.report.steps.append(
            Step(
                name=name,
                title=title,
                count=told.count,
                seconds=round(time.monotonic() - start, 1),
                note=told.note,
                peak_mb=peak_mb(),
            )
        )

    def _prepare(self) -> None:
        with self._step("prepared", "reference data and officers") as told:
            with acting_as_system(reason="reference data"):
                reference.load()
            self.officers = ensure_cast()
            told.count = len(self.officers)
            told.note = "officers; areas, occupations and banks are loaded"

    def _register(self) -> None:
        with self._step("made", "people who do not exist") as told:
            if not (self.population / "manifest.json").exists():
                generate(
                    workers=self.workers, seed=self.seed, out=self.population, as_of=self.as_of, progress=told.progress
                )
            manifest = Manifest.read(self.population)
            told.count = manifest.counts["persons"]
            told.note = f"persons in {manifest.counts['households']:,} households, {manifest.workers:,} workers"
        with self._step("registered", "registered") as told:
            loaded = loading.load_population(
                folder=self.population, source=self.source, progress=lambda _, done, total: told.progress(done, total)
            )
            told.count = loaded.persons
            told.note = f"with {loaded.businesses:,} businesses and {loaded.employments:,} jobs"

    def _come_to_the_doors(self, world: World) -> None:
        """A few households more, as people and programs bring them; before anybody is verified, so that they walk along."""
        registrar, verifier = self.officers["registrar"], self.officers["verifier"]
        ways: tuple[tuple[str, str, Callable[[], doors.Told]], ...] = (
            ("file", "registered by a file", lambda: doors.bring_file(registrar)),
            ("device", "registered in the field", lambda: doors.send_from_device(registrar)),
            ("system", "registered by a system", doors.send_from_system),
            ("message", "asked by SMS to be registered", lambda: doors.ask_by_message(world)),
            ("card", "registry card verified", lambda: doors.make_card(registrar)),
            ("change", "change decided by two", lambda: doors.change_a_name(registrar, verifier)),
        )
        for name, title, door in ways:
            with self._step(name, title) as told:
                came = door()
                told.count, told.note = came.count, came.note

    def _verify(self, world: World) -> None:
        with self._step("verified", "verified") as told:
            with acting_as_system(reason="demonstration"):
                verification.request_identity()
            authority = wiring.identity_authority(world.identity_url())
            self._ask_authority(told, lambda: self._verify_batch(authority, "identity"), "identity")
            with acting_as_system(reason="demonstration"):
                verification.request_wealth_profiles()
            self._ask_authority(told, lambda: self._verify_batch(authority, "wealth_profile"), "wealth_profile")
            with acting_as_system(reason="demonstration"):
                found = verification_read.counts()
            told.count = found["match"]
            told.note = ", ".join(
                f"{outcome.replace('_', ' ')} {count:,}"
                for outcome, count in found.items()
                if outcome != "match" and count
            )

    def _verify_batch(self, authority: IdentityAuthority, kind: str) -> int:
        with acting_as_system(reason="demonstration"):
            return verification.run_batch(authority=authority, kind=kind, limit=BATCH).taken

    def _ask_authority(self, told: _Told, batch: Callable[[], int], kind: str) -> None:
        """Batches until none is due; one that was delayed is waited for, a minute at most."""
        done, patience = 0, time.monotonic() + 60
        while time.monotonic() < patience:
            taken = batch()
            if taken:
                done += taken
                told.progress(done, max(done, self.workers))
                patience = time.monotonic() + 60
                continue
            with acting_as_system(reason="demonstration"):
                if verification_read.next_due_at(kind=kind) is None:
                    return
            time.sleep(0.5)

    def _deduplicate(self) -> None:
        with self._step("deduplicated", "pairs for a person to decide") as told:
            deduplication.find_pairs()
            with acting_as_system(reason="demonstration"):
                told.count = deduplication_read.count_open()
            told.note = "queued; nothing merges by itself"

    def _open_accounts(self, world: World) -> None:
        with self._step("accounts", "accounts opened") as told:
            provider = wiring.account_provider(world.bank_urls())
            banks = {"PK6": ["HABB", "ALFH"], "PK7": ["HABB", "JCMA"], "PK5": ["ALFH", "HABB"], "*": ["JCMA", "HABB"]}
            for _ in range(3):  # asked at the next bank where one refused
                with acting_as_system(reason="demonstration"):
                    if not accounts.request_accounts(banks=banks):
                        break
                self._ask_banks(told, lambda: self._account_batch(provider))
            with acting_as_system(reason="demonstration"):
                found = accounts_read.counts()
            told.count = found["live"]
            told.note = ", ".join(
                f"{name} {found[name]:,}" for name in ("refused", "pending", "unknown") if found[name]
            )

    def _account_batch(self, provider: AccountProvider) -> int:
        with acting_as_system(reason="demonstration"):
            return open_accounts(provider=provider, limit=BATCH).taken

    def _ask_banks(self, told: _Told, batch: Callable[[], int]) -> None:
        done, patience = 0, time.monotonic() + 45
        while time.monotonic() < patience:
            taken = batch()
            if taken:
                done += taken
                told.progress(done, max(done, self.workers))
                continue
            with acting_as_system(reason="demonstration"):
                if accounts_read.next_due_at() is None:
                    return
            time.sleep(0.5)

    def _hold_wages(self) -> None:
        with self._step("wages", "wage records held against the minimum") as told:
            wages.load_wage_records(
                folder=self.population, source=self.source, progress=lambda _, done, total: told.progress(done, total)
            )
            rates, policy_hash = minimum_wages()
            wages.renew_rates(rates=rates, policy_hash=policy_hash)
            checked = wages.hold_against_minimum(policy_hash=policy_hash)
            told.count = checked.records
            told.note = (
                f"{checked.short:,} short by {format_rupees(checked.shortfall_amount)}; "
                f"{checked.without_rate:,} without a known rate"
            )

    def _count_contributions(self) -> None:
        with self._step("contributions", "persons with contributions") as told:
            contributions.load_contributions(
                folder=self.population, source=self.source, progress=lambda _, done, total: told.progress(done, total)
            )
            with acting_as_system(reason="demonstration"):
                told.count = contributions_read.count_insured()

    def _assess(self) -> dict[str, int]:
        """Programme → finished run. The snapshot of the first walk is the one of every later walk."""
        with self._step("assessed", "units assessed") as told:
            with acting_as_system(reason="demonstration"):
                registration.record_applications(
                    programme_code=EMERGENCY_CASH, route="sms", applied_on=dt.date(2020, 4, 15)
                )
                snapshot = assessment_read.newest_snapshot(as_of=self.as_of)
            if snapshot is None:
                snapshot = assessment.take_snapshot(
                    as_of=self.as_of, progress=lambda _, done, total: told.progress(done, total)
                )
            days = {EMERGENCY_CASH: EMERGENCY_CASH_DAY, PENSION: self.as_of}
            runs = {
                programme: assessment.assess(snapshot_id=snapshot.pk, programme_code=programme, at=day)
                for programme, day in days.items()
            }
            told.count = sum(run.counts["units"] for run in runs.values())
            told.note = "; ".join(
                f"{self._title(programme)}: {run.counts['eligible']:,} of {run.counts['units']:,} eligible"
                for programme, run in runs.items()
            )
        return {programme: run.pk for programme, run in runs.items()}

    def _enrol(self, runs: dict[str, int]) -> None:
        with self._step("enrolled", "enrolled") as told:
            notes = []
            for programme, run in runs.items():
                with acting_as_system(reason="demonstration"):
                    decided = enrolment.decide(run_id=run, benefit_code=programme, from_date=self.as_of)
                told.count += decided.enrolled_new + decided.enrolled_kept
                notes.append(f"{self._title(programme)}: {decided.refused:,} refused, {decided.held:,} held")
            told.note = "; ".join(notes)

    def _put_on_the_calendar(self) -> None:
        with self._step("calendar", "households new on the calendar of recertification") as told:
            told.count = run_calendar().scheduled
            told.note = "each confirms its details within 24 months; the worker does this each night"

    def _pay(self, world: World) -> None:
        with self._step("paid", "payments instructed") as told:
            urls = world.bank_urls()
            for bank in BANKS:
                payer = world.ask_bank(bank, "/payer")
                payments.register_paying_bank(
                    bank_code=bank,
                    account_iban=payer["iban"],
                    account_title="Mazdoor programmes",
                    opening_amount=self._opening(world, bank),
                    on=self.as_of,
                    officer_id=self.officers["finance1"],
                )
            rail, form = wiring.payment_rail(urls), wiring.payment_format()
            for programme in (EMERGENCY_CASH, PENSION):
                payroll = self._payroll(programme)
                if payroll is None:
                    continue
                payments.send_payroll(
                    payroll_id=payroll, officer_id=self.officers["finance3"], rail=rail, file_format=form
                )
            with acting_as_system(reason="demonstration"):
                told.count = sum(row.instructed_count or 0 for row in payments_read.list_payrolls())
            told.note = "prepared, approved and released by three officers; a file for each bank"

    def _opening(self, world: World, bank: str) -> int:
        """What is in our account at the bank before anything of ours has moved."""
        return int(world.ask_bank(bank, "/books/summary")["funding"])

    def _payroll(self, programme: str) -> int | None:
        """The released payroll of the programme's cycle, brought there by three officers from wherever it stands."""
        with acting_as_system(reason="demonstration"):
            enrolled = {
                row["programme_code"] for row in enrolment_read.counts_by_programme() if row["state"] == "enrolled"
            }
        if programme not in enrolled:
            return None
        period_to = (self.as_of.replace(day=28) + dt.timedelta(days=4)).replace(day=1)
        first, second, third = (self.officers[name] for name in ("finance1", "finance2", "finance3"))
        cycle = payments.open_cycle(
            programme_code=programme, period_from=self.as_of, period_to=period_to, officer_id=first
        )
        share = 30_000_000_000_00 // len(BANKS)
        payments.fund_programme(
            programme_code=programme,
            amounts=dict.fromkeys(BANKS, share),
            key=f"cycle:{cycle}",
            on=self.as_of,
            officer_id=first,
        )
        with acting_as_system(reason="demonstration"):
            payroll = next(iter(payments_read.list_payrolls(programme_code=programme, limit=1)), None)
        number = payroll.payroll_id if payroll else payments.draft_payroll(cycle_id=cycle, officer_id=first)
        state = payroll.state if payroll else "drafted"
        if state == "drafted":
            payments.prepare_payroll(payroll_id=number, officer_id=first, checker=wiring.amount_checker())
            state = "prepared"
        if state == "prepared":
            payments.approve_payroll(payroll_id=number, officer_id=second)
            state = "approved"
        if state == "approved":
            payments.release_payroll(payroll_id=number, officer_id=third)
        return number

    def _reconcile(self, world: World) -> None:
        with self._step("reconciled", "payments settled") as told:
            rail = wiring.payment_rail(world.bank_urls())
            reconciliation.reconcile(
                rail=rail, status_reader=wiring.status_reader(), statement_reader=wiring.statement_reader()
            )
            for bank in BANKS:
                reconciliation.check_bank_balance(bank_code=bank)
            with acting_as_system(reason="demonstration"):
                total = payments.conservation()
            told.count = total.counts.settled
            told.note = f"{total.counts.returned:,} came back, {total.counts.in_flight:,} in flight"
        self._note_received()

    def _note_received(self) -> None:
        """News travels down: what reached a family is known when it is next assessed."""
        with acting_as_system(reason="demonstration"):
            for programme in (EMERGENCY_CASH, PENSION):
                received = [
                    (row["person_id"], row["answered_on"], f"instruction:{row['instruction_id']}")
                    for row in registration_read.rows(
                        "SELECT person_id, answered_on, instruction_id FROM payments.entitlement_now "
                        "WHERE programme_code = %s AND state = 'settled' ORDER BY instruction_id",
                        [programme],
                    )
                ]
                assessment.note_benefits_received(programme_code=programme, received=received)

    def _report(self) -> None:
        with self._step("reported", "indicators") as told, acting_as_system(reason="demonstration"):
            run = reporting.compute(at=self.as_of)
            told.count = len(reporting_read.open_figures(run=run))
            told.note = "registered against estimated, by province, district, sex and sector"

    def _seal(self) -> None:
        with self._step("sealed", "breaks found in the sealed journal") as told:
            while sealing.seal():
                pass
            with acting_as_system(reason="demonstration"):
                verified = sealing.verify()
            told.count = 0 if verified.broken is None else 1
            told.note = f"{verified.entries:,} acts under {verified.seals:,} seal{'s' if verified.seals != 1 else ''}"

    def _add_up(self) -> None:
        """The conservation sum, each term queried on its own; it raises where it does not hold."""
        with acting_as_system(reason="demonstration"):
            total = payments.conservation()
        terms = total.amounts
        self.report.money = {
            "entitled": terms.entitled,
            "not_yet_instructed": terms.not_yet_instructed,
            "in_flight": terms.in_flight,
            "settled": terms.settled,
            "returned": terms.returned,
            "cancelled": terms.cancelled,
            "suspense": total.suspense_amount,
        }
        self.report.money_line = total.line()

    def _title(self, programme: str) -> str:
        return str(policy_set().programmes[programme].title.en)


class _Told:
    """What a step says of itself."""

    def __init__(self, progress: Callable[[int, int], None]) -> None:
        self.count = 0
        self.note = ""
        self.progress = progress
