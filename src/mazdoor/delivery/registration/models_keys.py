"""What the door looks people up by: a few keys for each person, narrow and apart from the record, so that ten million
of them stay in memory."""

from __future__ import annotations

from django.db import models

from mazdoor.delivery.registration.models_people import Person
from mazdoor.delivery.registration.models_spells import AREA_CODE_LENGTH
from mazdoor.matching.door import DOOR_RECIPES


class PersonKeys(models.Model):
    """The door keys of what is believed about a person now (`mazdoor.matching.door`): a column for each recipe.

    One row a person, replaced when the belief changes. ``person`` is not held by a foreign key: the row is written in
    the statement after the person's, and a check for each of a million rows costs more than it could ever find.
    """

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    born_district = models.BigIntegerField(null=True)
    born_father = models.BigIntegerField(null=True)
    district_family = models.BigIntegerField(null=True)
    year_two_names = models.BigIntegerField(null=True)
    year_own_names = models.BigIntegerField(null=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        # With the person behind the key the look-up reads the index alone, in order of person.
        indexes = [
            models.Index(fields=[recipe.name, "person"], name=f"door_{recipe.name}"[:30]) for recipe in DOOR_RECIPES
        ]
