"""Tables of people: persons, households and families as anchors that never change, spells of what is believed of them; the
forms they came by, what they agreed to, and whole populations taken in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mazdoor.delivery.registration import words
from mazdoor.delivery.registration.models_spells import (
    AREA_CODE_LENGTH,
    Spell,
    past_area_code,
    spell_constraints,
)


class Form(models.Model):
    """One form as it came in, from any channel: the key makes the same form twice one registration."""

    class Channel(models.TextChoices):
        """The doors a form can come through."""

        WEB = "web"
        WORKER = "worker"
        FILE = "file"
        DEVICE = "device"
        API = "api"
        MESSAGE = "message"

    channel = models.CharField(max_length=10, choices=Channel.choices)
    idempotency_key = models.CharField(max_length=100)
    received_at = models.DateTimeField(db_default=Now())
    officer_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=12, db_default="received")
    refusal_code = models.CharField(max_length=8, blank=True)
    questionnaire_version = models.CharField(
        max_length=16, blank=True, db_default="", help_text="The questionnaire it answered; empty before there was one."
    )
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idempotency_key"], name="form_once")]


class Person(models.Model):
    """A human being who has come to us. The number is for life; everything else about them is a spell."""

    registry_number = models.CharField(max_length=12)
    registered_on = models.DateField()
    form = models.ForeignKey(Form, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    area_code = models.CharField(
        max_length=AREA_CODE_LENGTH, help_text="Where the person lives now, kept equal to the current record."
    )

    class Meta:
        # UniqueConstraint, not unique=True: Django would add a second index for LIKE that nobody uses.
        constraints = [models.UniqueConstraint(fields=["registry_number"], name="person_registry_number")]


class PersonRecord(Spell):
    """What we hold about a person for a time: names in two scripts, birth, papers, place."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="records", db_index=False)
    given_name = models.CharField(max_length=80)
    surname = models.CharField(max_length=80, blank=True)
    father_name = models.CharField(max_length=120, blank=True)
    husband_name = models.CharField(max_length=120, blank=True)
    given_name_ur = models.CharField(max_length=80, blank=True)
    surname_ur = models.CharField(max_length=80, blank=True)
    father_name_ur = models.CharField(max_length=120, blank=True)
    husband_name_ur = models.CharField(max_length=120, blank=True, db_default="")
    sex = models.CharField(max_length=6, choices=words.SEX.choices)
    birth_date = models.DateField(null=True)
    birth_date_precision = models.CharField(max_length=5, choices=words.PRECISION.choices, db_default="day")
    marital_status = models.CharField(max_length=10, choices=words.MARITAL_STATUS.choices, blank=True)
    literate = models.BooleanField(null=True)
    disability = models.BooleanField(null=True)
    died_on = models.DateField(null=True, blank=True)
    cnic_encrypted = models.BinaryField(null=True)
    cnic_index = models.BinaryField(null=True, max_length=16)
    cnic_segment_1 = models.BinaryField(null=True, max_length=16)
    cnic_segment_2 = models.BinaryField(null=True, max_length=16)
    cnic_segment_3 = models.BinaryField(null=True, max_length=16)
    cnic_sorted_index = models.BinaryField(null=True, max_length=16)
    mobile_encrypted = models.BinaryField(null=True)
    mobile_index = models.BinaryField(null=True, max_length=16)
    old_nic_encrypted = models.BinaryField(null=True)
    old_nic_index = models.BinaryField(null=True, max_length=16)
    mobile_shared = models.BooleanField(null=True)
    language = models.CharField(max_length=2, blank=True, db_default="")
    address_encrypted = models.BinaryField(null=True)
    permanent_area_code = models.CharField(max_length=AREA_CODE_LENGTH, blank=True, db_default="")
    permanent_address_encrypted = models.BinaryField(null=True)
    moved_on = models.DateField(null=True)
    moved_on_precision = models.CharField(max_length=5, db_default="day")
    migration_reason = models.CharField(max_length=10, blank=True, db_default="")
    education = models.CharField(max_length=12, blank=True, db_default="")
    skills = ArrayField(models.CharField(max_length=20), default=list, db_default=models.Value([]))
    certificate = models.BooleanField(null=True)
    functioning_encrypted = models.BinaryField(
        null=True,
        help_text="The six answers of the Washington Group Short Set, sealed: health is nobody's business else.",
    )
    account_encrypted = models.BinaryField(
        null=True, help_text="The account the person said money can go to, sealed; the accounts room checks it."
    )
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    past_area_code = past_area_code()
    name_sounds = ArrayField(
        models.CharField(max_length=40), default=list, help_text="How the person's own names sound, for search."
    )

    class Meta:
        constraints = spell_constraints("person_record", "person")
        indexes = [
            models.Index(fields=["person"], name="person_record_person"),
            models.Index(fields=["cnic_index"], name="person_record_cnic"),
            models.Index(fields=["mobile_index"], name="person_record_mobile"),
            # A CNIC with a slip of the pen is found by what of it is right.
            *(
                models.Index(
                    fields=fields, condition=Q(**{f"{fields[0]}__isnull": False}), name=f"person_record_cnic_{name}"
                )
                for name, fields in (
                    ("serial", ["cnic_segment_2"]),
                    ("digits", ["cnic_sorted_index", "birth_date"]),
                )
            ),
            # hardly anybody still names a number of before 2001
            models.Index(
                fields=["old_nic_index"], condition=Q(old_nic_index__isnull=False), name="person_record_old_nic"
            ),
            models.Index(fields=["area_code"], name="person_record_area"),
            GinIndex(fields=["name_sounds"], name="person_record_sounds"),
        ]


class Household(models.Model):
    """People who eat from one pot."""

    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    registered_on = models.DateField()


class HouseholdRecord(Spell):
    """What we hold about a household for a time: its dwelling and assets, for a means test. Amounts in paisa."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="records", db_index=False)
    urban = models.BooleanField(null=True)
    rooms = models.SmallIntegerField(null=True)
    roof = models.CharField(max_length=12, choices=words.ROOF.choices, blank=True)
    toilet = models.CharField(max_length=8, choices=words.TOILET.choices, blank=True)
    water = models.CharField(max_length=8, choices=words.WATER.choices, blank=True)
    land_acres = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    livestock = models.SmallIntegerField(null=True)
    has_refrigerator = models.BooleanField(null=True)
    has_washing_machine = models.BooleanField(null=True)
    has_television = models.BooleanField(null=True)
    has_motorcycle = models.BooleanField(null=True)
    has_car = models.BooleanField(null=True)
    utility_bill_amount = models.BigIntegerField(null=True)
    place_encrypted = models.BinaryField(null=True, help_text="Latitude and longitude in degrees, sealed.")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)
    past_area_code = past_area_code()

    class Meta:
        constraints = spell_constraints("household_record", "household")


class Family(models.Model):
    """Head, spouses and unmarried children, as the identity authority holds it; a household may hold several."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="families")
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)


class Member(Spell):
    """A person's place in a household and family for a time."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="members")
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="members")
    relationship = models.CharField(max_length=14, choices=words.RELATIONSHIP.choices)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = spell_constraints("member", "person")


class Consent(models.Model):
    """A receipt of consent: the purposes a person agreed to, the words they were shown, and when it ended.

    The fields follow ISO/IEC TS 27560 (consent record): its own id, who is responsible for the data, purposes, the text
    and language it was given in, how it was given, for how long the data is kept, its withdrawal. What the text said is
    kept in `ConsentNotice` under its version. Taking back one purpose ends the receipt and writes another with the rest,
    so each receipt stays as it was given.
    """

    receipt_id = models.UUIDField(db_default=RandomUUID(), editable=False)
    controller = models.CharField(max_length=120, blank=True, db_default="")
    language = models.CharField(max_length=2, blank=True, db_default="")
    given_how = models.CharField(max_length=12, blank=True, db_default="")
    retention_months = models.SmallIntegerField(null=True)

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents", db_index=False)
    purposes = ArrayField(models.CharField(max_length=30))
    text_version = models.CharField(max_length=20)
    channel = models.CharField(max_length=10, choices=Form.Channel.choices)
    given_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(withdrawn_at__isnull=True), name="consent_one_live")
        ]
        indexes = [models.Index(fields=["person"], condition=Q(withdrawn_at__isnull=False), name="consent_taken_back")]


class Application(models.Model):
    """A family's application to a programme and the way it came: by message, named by the district, by a portal."""

    class Route(models.TextChoices):
        """Ways an application can come in."""

        SMS = "sms"
        DISTRICT = "district"
        LABOUR_PORTAL = "labour_portal"

    programme_code = models.CharField(max_length=60)
    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="applications", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    route = models.CharField(max_length=14, choices=Route.choices)
    applied_on = models.DateField()
    area_code = models.CharField(max_length=AREA_CODE_LENGTH)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["family", "programme_code"], name="application_once_a_family")]


class Load(models.Model):
    """A population file taken in by bulk: which ids it was given and how far it got, so it resumes and never doubles.

    A record of the file gets the id ``offset + its number in the file``; offsets are reserved once from the sequences.
    """

    source = models.CharField(max_length=80)
    started_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)
    person_offset = models.BigIntegerField()
    household_offset = models.BigIntegerField()
    family_offset = models.BigIntegerField()
    business_offset = models.BigIntegerField()
    employment_offset = models.BigIntegerField()
    steps_done = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source"], name="load_once")]
