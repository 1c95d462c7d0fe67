"""Forms of other systems taken in: each under a key of the system's own, so that sending again is safe.

1. The key is locked, so two copies in one moment are one.
2. What was registered under the key is told again, if the form is the same; another form under it is refused.
3. Else the form goes to ``registration.services.submit``, acting as the system (its areas, its name in the journal).
4. What came of it is written down: registry numbers, or the places and codes of what must be put right. A refused form may
   be mended and sent again under its key, because nothing of it was registered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Model, QuerySet
from django.utils import timezone

from mazdoor.database.keys import keyring
from mazdoor.database.prepared import ask
from mazdoor.delivery.registration import services as registration
from mazdoor.interfaces.clients.services import acting_as_client
from mazdoor.interfaces.clients.signing import canonical
from mazdoor.interfaces.rest import problems, refusals
from mazdoor.interfaces.rest.models import Submission
from mazdoor.kernel.refusals import Refusal

if TYPE_CHECKING:
    from mazdoor.interfaces.clients.models import Client

KEY_PATTERN: Final = r"^[A-Za-z0-9._-]{1,64}$"
_PURPOSE: Final = "api-form"
Kept = TypeVar("Kept", bound=Model)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a form. ``refusal`` is set where it was refused now; ``new`` where it was registered now."""

    submission: Submission
    new: bool
    warnings: list[dict[str, Any]]
    repairs: list[dict[str, Any]]
    refusal: Refusal | None = None


def check_key(key: str) -> str:
    """The key of a form. Refuses API-002."""
    if not re.fullmatch(KEY_PATTERN, key):
        raise refusals.KEY_MISSING.because()
    return key


def submit_form(client: Client, *, key: str, form: Mapping[str, Any]) -> Outcome:
    """Register a form, or tell again what came of it. Refuses API-002 and API-003; a refused form is an outcome too."""
    check_key(key)
    index = keyring().index(canonical(form).decode(), purpose=_PURPOSE)
    with acting_as_client(client):
        ask("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"api {client.pk} {key}"])
        came = ask(
            "SELECT 1 FROM rest_submission WHERE client_id = %s::bigint AND key = %s::text", [str(client.pk), key]
        )
        before = Submission.objects.filter(client=client, key=key).first() if came else None
        if before is not None and before.state == Submission.State.REGISTERED:
            if bytes(before.form_index) != index:
                raise refusals.KEY_USED.because()
            return Outcome(before, False, [], [])
        submission = before or Submission(client=client, key=key)
        submission.form_index, submission.changed_at = index, timezone.now()
        try:  # a form is refused before anything of it is written, so there is nothing to take back
            registered = registration.submit(form=form, channel="api", idempotency_key=f"api:{client.pk}:{key}")
        except Refusal as refusal:
            submission.state = Submission.State.REFUSED
            submission.problems = _kept(refusal)
            submission.save()
            return Outcome(submission, False, [], [], refusal)
        submission.state = Submission.State.REGISTERED
        submission.household_id = registered.household_id
        submission.registry_numbers = list(registered.registry_numbers)
        submission.problems = [
            {"place": each.place, "code": each.refusal.code, "warning": True} for each in registered.warnings
        ]
        submission.area_code = _area_of(form)
        if before is None:
            _add(submission)
        else:
            submission.save()
        return Outcome(
            submission, not registered.already, problems.told(registered.warnings), problems.told(registered.repairs)
        )


def _add(submission: Submission) -> None:
    """Write the row of a form that came and was registered at once, as nearly all are."""
    ((submission.pk,),) = ask(
        """INSERT INTO rest_submission (client_id, key, form_index, state, household_id, registry_numbers, problems, changed_at,
               area_code)
           VALUES (%s::bigint, %s, %s, %s, %s::bigint, %s::varchar[], %s::jsonb, %s, %s) RETURNING id""",
        [
            str(submission.client_id),
            submission.key,
            submission.form_index,
            submission.state,
            str(submission.household_id),
            submission.registry_numbers,
            json.dumps(submission.problems),
            submission.changed_at,
            submission.area_code,
        ],
    )


def _kept(refusal: Refusal) -> list[dict[str, Any]]:
    """Places and codes of a refusal; never what was written there."""
    if isinstance(refusal, registration.FormRefused):
        return [{"place": each.place[:100], "code": each.refusal.code, "warning": False} for each in refusal.problems]
    return [{"place": str(refusal.details.get("field", ""))[:100], "code": refusal.code, "warning": False}]


def _area_of(form: Mapping[str, Any]) -> str:
    household = form.get("household")
    return str(household.get("area_code", "")).strip().upper() if isinstance(household, Mapping) else ""


def find_submission(client: Client, *, key: str) -> Submission:
    """What became of a form. Refuses API-004."""
    return kept_under(Submission.objects.all(), client, key)


def kept_under(rows: QuerySet[Kept], client: Client, key: str) -> Kept:
    """The one of these that a system sent under its key. Refuses API-004."""
    with acting_as_client(client):
        found = rows.filter(client=client, key=key).first()
    if found is None:
        raise refusals.SUBMISSION_UNKNOWN.because()
    return found


def list_submissions(client: Client, *, state: str, after: int, limit: int) -> list[Submission]:
    """What a system sent, in the order it came, from beyond the number ``after``."""
    with acting_as_client(client):
        found = Submission.objects.filter(client=client, pk__gt=after)
        if state:
            found = found.filter(state=state)
        return list(found.order_by("pk")[:limit])
