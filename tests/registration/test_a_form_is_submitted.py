"""Every door ends in one service: what a form says is checked whole, and what it registers is the same record."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from tests.cast.forms import form

from mazdoor.delivery.registration import consent_notices, consenting, selectors, services, words
from mazdoor.delivery.registration.models import Consent, ConsentNotice, Form, Person, PersonRecord
from mazdoor.delivery.registration.questionnaire import Door, check_form, get_questionnaire
from mazdoor.delivery.registration.recorded import recorded_form
from mazdoor.delivery.registration.services import FormRefused
from mazdoor.journal.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("system")]
DAY = dt.date(2026, 11, 22)


def submit(said: dict[str, Any], key: str = "form-1", channel: str = "web") -> services.Registered:
    return services.submit(form=said, channel=channel, idempotency_key=key, on=DAY)


def test_what_the_form_says_is_on_the_register() -> None:
    done = submit(form())
    person = selectors.get_person(person_id=done.person_ids[0])
    assert (person["given_name"], person["disability"], person["education"]) == ("Bushra", True, "middle")
    assert person["skills"] == ["sewing", "cooking"]
    household = selectors.get_household(household_id=done.household_id)
    assert (household["rooms"], household["utility_bill_amount"], household["has_television"]) == (2, 350050, True)
    (work,) = selectors.employments_of(person_id=done.person_ids[0])
    assert (work["business_name"], work["pay_amount"], work["started_on_precision"]) == ("Noor Looms", 4500, "year")


def test_health_and_account_are_kept_sealed() -> None:
    done = submit(form())
    record = PersonRecord.objects.get(person_id=done.person_ids[0])
    for sealed, word in ((record.functioning_encrypted, b"seeing"), (record.account_encrypted, b"03001234567")):
        assert sealed is not None and word not in bytes(sealed)


def test_a_form_with_faults_names_every_place_and_writes_nothing() -> None:
    said = form(people0__cnic="123", people1__birth_date="2099", household__rooms="many", people0__sex=None)
    with pytest.raises(FormRefused) as refused:
        submit(said)
    assert refused.value.code == "REG-030"
    assert {problem.place for problem in refused.value.problems} == {
        "people[0].cnic",
        "people[1].birth_date",
        "household.rooms",
        "people[0].sex",
    }
    assert not Person.objects.exists() and not Form.objects.exists()


def test_the_same_form_through_two_doors_is_one_registration() -> None:
    first, second = submit(form()), submit(form(), channel="device")
    assert second.already and second.registry_numbers == first.registry_numbers
    assert Person.objects.count() == 2


def test_what_was_registered_stays_so_where_it_would_be_refused_today() -> None:
    first = submit(form())
    second = submit(form(people0__cnic="123"))
    assert second.already and second.registry_numbers == first.registry_numbers


def test_a_form_that_comes_again_takes_no_registry_numbers() -> None:
    first = submit(form())
    submit(form())
    third = submit(form(people0__cnic="06345-1234567-2"), key="form-2")
    assert third.person_ids[0] == first.person_ids[-1] + 1


def test_a_form_that_was_checked_is_registered_as_it_was_checked() -> None:
    checked = check_form(form(), on=DAY, door=Door.OFFICER)
    done = services.submit(form=checked, channel="web", idempotency_key="form-1")
    assert Person.objects.get(pk=done.person_ids[0]).registered_on == DAY
    assert recorded_form(form_id=done.form_id).form == recorded_form(form_id=submit(form(), key="form-2").form_id).form


def test_a_form_checked_and_found_wanting_is_refused_as_it_is_unchecked() -> None:
    checked = check_form(form(people0__cnic="123"), on=DAY, door=Door.OFFICER)
    with pytest.raises(FormRefused) as refused:
        services.submit(form=checked, channel="web", idempotency_key="form-1")
    assert [problem.place for problem in refused.value.problems] == ["people[0].cnic"]
    assert not Person.objects.exists()


def test_what_was_checked_in_part_for_another_door_or_for_another_day_is_not_taken_for_a_checked_form() -> None:
    asked = get_questionnaire()
    for checked, on in (
        (check_form(form(), on=DAY, door=Door.OFFICER, only=["household", "people"]), DAY),
        (check_form(form(), on=DAY, door=Door.OFFICER, questionnaire=asked), DAY),  # which might be any questionnaire
        (check_form(form(), on=DAY, door=Door.SYSTEM), DAY),
        (check_form(form(), on=DAY - dt.timedelta(days=1), door=Door.OFFICER), DAY),
    ):
        with pytest.raises(ValueError, match="checked for door"):
            services.submit(form=checked, channel="web", idempotency_key="form-1", on=on)
    assert not Person.objects.exists() and not Form.objects.exists()


def test_the_job_is_informal_by_the_rule_and_so_is_the_business() -> None:
    done = submit(form())
    (work,) = selectors.employments_of(person_id=done.person_ids[0])
    assert work["informal"] is True
    insured = submit(form(people0__employments0__social_security="yes", people0__cnic=None), key="form-2")
    (work,) = selectors.employments_of(person_id=insured.person_ids[0])
    assert work["informal"] is False


def test_the_words_behind_a_version_are_kept_once_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent_notices, "_written", set())  # what this process wrote into another test's database
    assert not ConsentNotice.objects.exists()
    done = submit(form())
    submit(form(people0__cnic=None), key="form-2")
    receipt = Consent.objects.get(person_id=done.person_ids[0])
    (notice,) = ConsentNotice.objects.all()
    assert notice.version == receipt.text_version
    asked = get_questionnaire().section("consent")
    assert asked.intro is not None
    assert notice.content["intro"] == {"en": asked.intro.en, "ur": asked.intro.ur}
    assert set(notice.content["purposes"]) >= set(receipt.purposes)
    for language in ("en", "ur"):
        shown = consent_notices.find_notice(version=receipt.text_version, language=language)
        assert shown is not None
        assert shown.lines == [asked.intro.in_language(language)]
        assert set(shown.purposes) >= {words.PURPOSE.say(code, language) for code in receipt.purposes}
        assert [label for label, _ in shown.questions] == [each.label.in_language(language) for each in asked.questions]
    assert consent_notices.find_notice(version="unheard-of", language="en") is None
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentNotice.objects.update(content={})
    with pytest.raises(ValueError, match="no text"):
        consent_notices.keep_notice("unheard-of")


def test_a_receipt_keeps_all_it_said_when_one_purpose_is_taken_back() -> None:
    person = submit(form()).person_ids[0]
    first = Consent.objects.get(person_id=person)
    assert consenting.withdraw_consent(person_id=person, purpose="account")
    rest = Consent.objects.get(person_id=person, withdrawn_at__isnull=True)
    for name in ("text_version", "channel", "controller", "language", "given_how", "retention_months"):
        assert getattr(rest, name) == getattr(first, name), name
    assert rest.purposes == ["registration", "verification"]


def test_a_receipt_of_consent_says_what_how_and_in_which_words() -> None:
    done = submit(form())
    receipt = Consent.objects.get(person_id=done.person_ids[0])
    assert receipt.purposes == ["registration", "verification", "account"]
    assert (receipt.given_how, receipt.language) == ("spoken", "ur")
    assert receipt.text_version == Form.objects.get(pk=done.form_id).questionnaire_version
    assert receipt.receipt_id is not None and receipt.retention_months


def test_a_working_child_is_registered_and_flagged() -> None:
    work = {"status": "employee", "category": "domestic", "occupation": "9111", "industry": "9700",
            "started_on": "2026", "employer_kind": "household", "pay_period": "month", "pay_amount": "4000"}  # fmt: skip
    done = submit(form(people1__employments=[work]))
    assert [(problem.place, problem.refusal.code) for problem in done.warnings] == [
        ("people[1].employments[0].status", "REG-031")
    ]
    assert Person.objects.count() == 2


@pytest.mark.parametrize("channel", ["api", "device", "worker"])
def test_who_may_be_here_already_is_flagged_where_nobody_could_ask(channel: str) -> None:
    submit(form())
    again = form(people0__given_name="Bushrah", people0__cnic=None)
    del again["people"][1]
    done = submit(again, key="form-2", channel=channel)
    assert [(problem.place, problem.refusal.code) for problem in done.warnings] == [("people[0]", "REG-088")]
    assert len(done.person_ids) == 1, "flagged, and not lost"
    entry = Entry.objects.filter(act="registration.household.registered").latest("pk")
    assert entry.details["warnings"] == ["REG-088"]


def test_strangers_are_not_flagged_and_an_officer_was_asked_before() -> None:
    submit(form())
    stranger = form(
        people0__given_name="Shumaila", people0__given_name_ur=None, people0__surname_ur=None, people0__surname="Kanwal",
        people0__father_name="Meer Hamza", people0__birth_date="1961-11-30", people0__cnic="09876-9994567-2",
        people0__mobile=None,
    )  # fmt: skip
    del stranger["people"][1]
    assert submit(stranger, key="form-2", channel="api").warnings == ()
    assert submit(form(), key="form-3", channel="web").warnings == ()
