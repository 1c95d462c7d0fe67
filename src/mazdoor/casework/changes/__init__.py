"""Change requests: somebody says that what the registry holds is otherwise.

Question  Is it so, who says so, what shows it, and what would follow?
Takes     a request from an officer, from a worker on the portal, or from a verification that contradicts the record.
Gives     a change with its preview, approved by a second person, applied by the event of registration that fits it, and
          taken back to exactly the state before where it was wrong.
States    asked → proposed → applied (→ reversed), or refused, or withdrawn.

Doors for other rooms (keyword arguments; refusals ``CSW-010`` to ``CSW-022`` and those of registration):

``open_change(*, person_id: int, type_code: str, values: Mapping[str, Any], evidence: Sequence[str] = (), channel: str,
effective_on: date | None = None, subject_id: int | None = None, words: str = "", source: str = "") -> Opened``
    ``type_code`` is a kind of ``types.yaml`` (``name``, ``birth_date``, ``cnic``, ``mobile``, ``occupation``…); ``values``
    its fields as text or typed (a dict of field → value); ``evidence`` codes of the kind's list; ``channel`` ``officer``,
    ``worker``, ``verification``, ``api`` or ``message``. ``effective_on`` is the day it became so; without it the record was
    wrong all along. ``subject_id`` names the household or employment where the kind is about one (else the person's own).
    ``Opened(change_id, state, linked)``: ``linked`` where an open change asks for the very same and was found instead.
    A worker opens changes inside ``access.workers.acting_as_worker``, of the own record only.

``kinds()`` and ``FIELDS`` say what may be asked for, in both languages; ``selectors.changes_of(person_id=…)`` lists a
person's changes; ``selectors.get_change(change_id=…)`` gives one. Findings of verification (``verification`` stands
earlier and cannot call casework) are fetched by the job :func:`~mazdoor.casework.tasks.take_findings`.
"""

from mazdoor.casework.changes.fields import EVIDENCE, FIELDS
from mazdoor.casework.changes.kinds import Kind, find_kind, kinds
from mazdoor.casework.changes.opening import Opened, fill_change, look_again, open_change

__all__ = [
    "EVIDENCE",
    "FIELDS",
    "Kind",
    "Opened",
    "fill_change",
    "find_kind",
    "kinds",
    "look_again",
    "open_change",
]
