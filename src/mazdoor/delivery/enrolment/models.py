"""Tables of enrolment: the authority's decisions, and who is a beneficiary of what. Amounts are paisa a cycle."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.delivery.enrolment.states import Decision, EnrolmentState

AREA_CODE_LENGTH = 12


class EligibilityDecision(models.Model):
    """What the authority decided of one assessed unit, on which assessment, with the clause that decided."""

    programme_code = models.CharField(max_length=60)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    unit_kind = models.CharField(max_length=12)
    unit_id = models.BigIntegerField()
    assessment_run = models.ForeignKey(
        "assessment.AssessmentRun", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    assessment_id = models.BigIntegerField()
    decision = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Decision])
    clause = models.CharField(max_length=60, blank=True)
    cycle_amount = models.BigIntegerField(null=True)
    place = models.BigIntegerField(
        null=True, help_text="Number among all who have or wait for a place. Null: no quota."
    )
    places = models.BigIntegerField(null=True, help_text="How many places there were when this was decided.")
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            # One decision for each unit of a run: deciding the same run again changes nothing.
            models.UniqueConstraint(fields=["assessment_run", "unit_id"], name="decision_once_a_run"),
            # Nobody is found eligible on a place that is not there, and nobody waits who has one.
            models.CheckConstraint(
                condition=~Q(decision=Decision.ELIGIBLE, place__gt=models.F("places")), name="decision_place_there"
            ),
            models.CheckConstraint(
                condition=~Q(decision=Decision.WAITING) | Q(place__isnull=False, place__gt=models.F("places")),
                name="decision_waits_for_a_place",
            ),
        ]


class Enrolment(models.Model):
    """A person enrolled in a programme: a beneficiary. Uniqueness is on the canonical person, so that two records of
    one human being never hold two live enrolments."""

    programme_code = models.CharField(max_length=60)
    benefit_code = models.CharField(max_length=60)
    person = models.ForeignKey("registration.Person", on_delete=models.PROTECT, related_name="+")
    canonical_person_id = models.BigIntegerField()
    unit_kind = models.CharField(max_length=12)
    unit_id = models.BigIntegerField()
    decision = models.ForeignKey(EligibilityDecision, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in EnrolmentState],
        db_default=EnrolmentState.ENROLLED.value,
    )
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    cycle_amount = models.BigIntegerField()
    # Under which category and in which area a place of a quota was given; empty where no quota limited it. A later run
    # never changes it: a place is counted where it was given.
    place_category = models.CharField(max_length=60, blank=True, db_default="")
    place_area = models.CharField(max_length=AREA_CODE_LENGTH, blank=True, db_default="")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["canonical_person_id", "programme_code"],
                condition=~Q(state="exited"),
                name="enrolment_one_live",
            ),
            models.UniqueConstraint(
                fields=["programme_code", "unit_kind", "unit_id"],
                condition=~Q(state="exited"),
                name="enrolment_one_unit",
            ),
            models.CheckConstraint(condition=Q(cycle_amount__gte=0), name="enrolment_amount"),
        ]


class EnrolmentEvent(models.Model):
    """What happened to an enrolment: from which state to which, why, and who did it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    reason = models.CharField(max_length=200, blank=True)
    officer_id = models.BigIntegerField(null=True)
    happened_at = models.DateTimeField(db_default=Now())
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
