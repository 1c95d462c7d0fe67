"""Events: what happened to whom, and what was believed wrongly.

Question  What is different from which day on, and since when do we believe it?
Takes     a move, a marriage, a divorce, a birth, a death, a split or a union of households, an employment begun, changed or
          ended, a business changed; a relationship to the head, or another head; a correction, of a place too; a mistaken
          link; the first day or the employer of a job written down wrongly; an event to take back.
Gives     an event (``registration_event``), spells closed and opened on both axes of time, and the news
          ``registration.event.recorded``. A person who moves to another office's area is handed over.

Each door is one transaction with one entry in the journal, is refused whole or kept whole, and can be taken back to
exactly the state before (:func:`take_back`), unless a later event stands on it. What was believed is asked of
:mod:`mazdoor.delivery.registration.history`.
"""

from mazdoor.delivery.registration.events.families import (
    Born,
    record_birth,
    record_death,
    record_divorce,
    record_marriage,
)
from mazdoor.delivery.registration.events.following import follow_moves, forget_moves
from mazdoor.delivery.registration.events.mending import change_household, change_person, change_skills, correct_fields
from mazdoor.delivery.registration.events.places import (
    Moved,
    join_household,
    merge_households,
    move_household,
    receive,
    split_household,
)
from mazdoor.delivery.registration.events.placing import correct_place
from mazdoor.delivery.registration.events.relating import change_relationship
from mazdoor.delivery.registration.events.taking_back import REASONS, take_back, undo_link
from mazdoor.delivery.registration.events.work import (
    change_business,
    change_employment,
    end_employment,
    start_employment,
)
from mazdoor.delivery.registration.events.work_corrections import Employer, correct_employer, correct_first_day

__all__ = [
    "REASONS",
    "Born",
    "Employer",
    "Moved",
    "change_business",
    "change_employment",
    "change_household",
    "change_person",
    "change_relationship",
    "change_skills",
    "correct_employer",
    "correct_fields",
    "correct_first_day",
    "correct_place",
    "end_employment",
    "follow_moves",
    "forget_moves",
    "join_household",
    "merge_households",
    "move_household",
    "receive",
    "record_birth",
    "record_death",
    "record_divorce",
    "record_marriage",
    "split_household",
    "start_employment",
    "take_back",
    "undo_link",
]
