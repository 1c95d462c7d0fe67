"""The states of payrolls, files and instructions, as tables. The database holds the same tables in its triggers, and a
test compares the two."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class PayrollState(StrEnum):
    """Where a payroll is."""

    DRAFTED = "drafted"
    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"
    CLOSED = "closed"
    REJECTED = "rejected"


class PayrollKind(StrEnum):
    """A regular payroll makes entitlements; a follow-up pays again what came back or could not be instructed."""

    REGULAR = "regular"
    FOLLOW_UP = "follow_up"


PAYROLL_MOVES: Final[dict[PayrollState, frozenset[PayrollState]]] = {
    PayrollState.DRAFTED: frozenset({PayrollState.PREPARED, PayrollState.REJECTED}),
    PayrollState.PREPARED: frozenset({PayrollState.APPROVED, PayrollState.REJECTED}),
    PayrollState.APPROVED: frozenset({PayrollState.RELEASED, PayrollState.REJECTED}),
    PayrollState.RELEASED: frozenset({PayrollState.CLOSED}),
    PayrollState.CLOSED: frozenset(),
    PayrollState.REJECTED: frozenset(),
}


class FileState(StrEnum):
    """Where a payment file is. ``sending`` is written down before the bank is called: if we die in the call, we wake up
    not knowing, and ask."""

    PLANNED = "planned"
    WRITTEN = "written"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    REFUSED = "refused"
    CANCELLED = "cancelled"


FILE_MOVES: Final[dict[FileState, frozenset[FileState]]] = {
    FileState.PLANNED: frozenset({FileState.WRITTEN, FileState.CANCELLED}),
    FileState.WRITTEN: frozenset({FileState.SENDING}),
    FileState.SENDING: frozenset({FileState.SENT, FileState.UNKNOWN, FileState.REFUSED}),
    FileState.UNKNOWN: frozenset({FileState.SENT, FileState.REFUSED}),
    FileState.SENT: frozenset({FileState.REFUSED}),
    FileState.REFUSED: frozenset(),
    FileState.CANCELLED: frozenset(),
}
OUT_STATES: Final = (FileState.SENDING, FileState.UNKNOWN, FileState.SENT, FileState.REFUSED)
"""Files whose instructions have left us, as far as anybody can know."""


class Answer(StrEnum):
    """What a bank has said of an instruction so far (or, for ``cancelled``, what we said before it left us)."""

    ACCEPTED = "accepted"
    SETTLED = "settled"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


LIVE_ANSWERS: Final = (Answer.ACCEPTED, Answer.SETTLED)
"""With these, or with no answer, an instruction stands for its entitlement and there is no room for another one."""


class InstructionState(StrEnum):
    """Where an instruction is: its file's state until a bank has answered for it, its answer from then on."""

    CREATED = "created"
    FILED = "filed"
    UNKNOWN = "unknown"
    SENT = "sent"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


INSTRUCTION_STATE_OF_FILE: Final[dict[FileState, InstructionState]] = {
    FileState.PLANNED: InstructionState.CREATED,
    FileState.WRITTEN: InstructionState.FILED,
    FileState.SENDING: InstructionState.UNKNOWN,
    FileState.UNKNOWN: InstructionState.UNKNOWN,
    FileState.SENT: InstructionState.SENT,
    FileState.REFUSED: InstructionState.REJECTED,
    FileState.CANCELLED: InstructionState.CANCELLED,
}


class EntitlementState(StrEnum):
    """The five terms of the conservation sum. An entitlement is in exactly one."""

    NOT_YET_INSTRUCTED = "not_yet_instructed"
    IN_FLIGHT = "in_flight"
    SETTLED = "settled"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Hold(StrEnum):
    """Why an entitlement is not instructed although its payroll was prepared."""

    NO_ACCOUNT = "no_account"
    NO_PAYING_BANK = "no_paying_bank"
    NOTHING_DUE = "nothing_due"
    ACCOUNT_CLOSED = "account_closed"
    NOT_ENROLLED = "not_enrolled"
    PAID_ALREADY = "paid_already"  # under another record of the same person


class AdjustmentKind(StrEnum):
    """What is added to or taken from an entitlement beside the benefit itself."""

    ARREARS = "arrears"
    SUPPLEMENT = "supplement"
    RECOVERY = "recovery"


class Outcome(StrEnum):
    """What became of one piece of news about an instruction."""

    APPLIED = "applied"
    REPEATED = "repeated"  # we knew, or knew more already
    CONTRADICTS = "contradicts"  # cannot be true together with what we know: a person looks
    EARLY = "early"  # speaks of something that has not happened yet, as far as we know
    UNKNOWN = "unknown"  # nothing of ours
    WRONG_AMOUNT = "wrong_amount"
    WRONG_BANK = "wrong_bank"


ANSWER_OUTCOMES: Final[dict[tuple[Answer | None, Answer], Outcome]] = {
    # what we know     what the bank says now
    (None, Answer.ACCEPTED): Outcome.APPLIED,
    (None, Answer.SETTLED): Outcome.APPLIED,
    (None, Answer.REJECTED): Outcome.APPLIED,
    (None, Answer.RETURNED): Outcome.EARLY,
    (Answer.ACCEPTED, Answer.ACCEPTED): Outcome.REPEATED,
    (Answer.ACCEPTED, Answer.SETTLED): Outcome.APPLIED,
    (Answer.ACCEPTED, Answer.REJECTED): Outcome.APPLIED,
    (Answer.ACCEPTED, Answer.RETURNED): Outcome.EARLY,
    (Answer.SETTLED, Answer.ACCEPTED): Outcome.REPEATED,
    (Answer.SETTLED, Answer.SETTLED): Outcome.CONTRADICTS,  # money left twice (a line told twice never comes this far)
    (Answer.SETTLED, Answer.REJECTED): Outcome.CONTRADICTS,
    (Answer.SETTLED, Answer.RETURNED): Outcome.APPLIED,
    (Answer.RETURNED, Answer.ACCEPTED): Outcome.REPEATED,
    (Answer.RETURNED, Answer.SETTLED): Outcome.CONTRADICTS,
    (Answer.RETURNED, Answer.REJECTED): Outcome.CONTRADICTS,
    (Answer.RETURNED, Answer.RETURNED): Outcome.CONTRADICTS,
    (Answer.REJECTED, Answer.ACCEPTED): Outcome.CONTRADICTS,
    (Answer.REJECTED, Answer.SETTLED): Outcome.CONTRADICTS,
    (Answer.REJECTED, Answer.REJECTED): Outcome.REPEATED,
    (Answer.REJECTED, Answer.RETURNED): Outcome.CONTRADICTS,
    (Answer.CANCELLED, Answer.ACCEPTED): Outcome.CONTRADICTS,
    (Answer.CANCELLED, Answer.SETTLED): Outcome.CONTRADICTS,
    (Answer.CANCELLED, Answer.REJECTED): Outcome.CONTRADICTS,
    (Answer.CANCELLED, Answer.RETURNED): Outcome.CONTRADICTS,
}
ANSWER_MOVES: Final[dict[Answer | None, frozenset[Answer]]] = {
    known: frozenset(
        news for (before, news), outcome in ANSWER_OUTCOMES.items() if before == known and outcome is Outcome.APPLIED
    )
    | (frozenset({Answer.CANCELLED}) if known is None else frozenset())
    for known in (None, *Answer)
}
