"""A change as it is kept: sealed, opened again, held against what the registry says today, and tried without a trace."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.db import transaction

from mazdoor.casework import refusals_changes
from mazdoor.casework.changes.applying import APPLY, Asked
from mazdoor.casework.changes.fields import plain_values, read_values
from mazdoor.casework.changes.holding import facts
from mazdoor.casework.changes.kinds import Kind, find_kind
from mazdoor.casework.models_changes import Change
from mazdoor.casework.states_changes import ChangeState
from mazdoor.database.acting import acting, current
from mazdoor.database.keys import keyring

PURPOSE: Final = "change"


def sealed_values(asked: Asked) -> bytes:
    """What is asked for, sealed."""
    return keyring().seal(_text(asked.values), purpose=PURPOSE)


def sealed_before(kind: Kind, asked: Asked) -> bytes:
    """What the registry holds now of what is asked to change, sealed."""
    return keyring().seal(_text(facts(kind.subject, asked, kind.fields)), purpose=PURPOSE)


def get_open(change_id: int, *states: ChangeState) -> Change:
    """A change in one of these states, locked. Raises ``CSW-015``, ``CSW-016``."""
    change = Change.objects.select_for_update().filter(pk=change_id).first()
    if change is None:
        raise refusals_changes.CHANGE_UNKNOWN.because()
    if ChangeState(change.state) not in states:
        raise refusals_changes.CHANGE_DECIDED.because(state=change.state)
    return change


def asked_by(change: Change) -> tuple[Kind, Asked]:
    """The kind of a change and what it asks for, opened."""
    kind = find_kind(change.kind)
    if kind is None:
        raise refusals_changes.KIND_UNKNOWN.because()
    values = read_values(json.loads(keyring().open(change.values_encrypted, purpose=PURPOSE)))
    return kind, Asked(person_id=change.person_id, subject_id=change.subject_id, values=values, on=change.effective_on)


def before_of(change: Change) -> dict[str, Any]:
    """What the registry held when the change was asked for, as it is kept."""
    return dict(json.loads(keyring().open(change.before_encrypted, purpose=PURPOSE)))


def same_as_before(change: Change, kind: Kind, asked: Asked) -> bool:
    """Whether the registry still holds what it held when the change was asked for."""
    return json.dumps(before_of(change), sort_keys=True) == json.dumps(
        json.loads(_text(facts(kind.subject, asked, kind.fields))), sort_keys=True
    )


class _Undone(Exception):
    """Ends a trial; what it wrote goes with it."""


@contextmanager
def tried(kind: Kind, asked: Asked) -> Iterator[None]:
    """Inside: the register as it would be with the change applied. Afterwards: as it was. Raises what would refuse it."""
    _, areas, _ = current()
    try:
        with transaction.atomic(), acting(officer="", areas=areas, reason="change tried and undone"):
            APPLY[kind.how](asked)
            yield
            raise _Undone
    except _Undone:
        return


def check_can_apply(kind: Kind, asked: Asked) -> None:
    """Raises what would refuse the change, were it applied now."""
    with tried(kind, asked):
        pass


def fingerprint(kind: Kind, asked: Asked) -> bytes:
    """The same for the very same request, and nothing to anybody without the key."""
    whole = f"{kind.code} {asked.subject_id} {asked.on} {_text(asked.values)}"
    return keyring().index(whole, purpose=PURPOSE)


def _text(values: Mapping[str, Any]) -> str:
    return json.dumps(plain_values(values), ensure_ascii=False, sort_keys=True)
