"""What answers of one form tell of each other: one head, one consent, ages against work, the same number twice.

A warning is recorded and flagged and stops nothing: a working child is registered, so that somebody comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mazdoor.delivery.registration import refusals
from mazdoor.delivery.registration import refusals_form as form_refusals
from mazdoor.delivery.registration.questionnaire.ages import least_working_age
from mazdoor.delivery.registration.questionnaire.model import Problem

ADULT: Final = 18


def of_the_form(form: Mapping[str, Any], *, on: dt.date) -> Iterator[Problem]:
    """Everything found in a typed form; answers that could not be typed are not there and are not judged."""
    people = form.get("people") or []
    yield from _one_head(people)
    yield from _consent(form)
    yield from _numbers_twice(people)
    area = (form.get("household") or {}).get("area_code", "")
    for number, person in enumerate(people):
        place = f"people[{number}]"
        yield from of_the_person(person, on=on, area_code=area, place=place)
    for number, business in enumerate(form.get("businesses") or []):
        if business.get("owner", 1) > len(people):
            yield Problem(
                place=f"businesses[{number}].owner",
                refusal=form_refusals.ELSEWHERE.because(what="The number of the owner", what_ur="مالک کا نمبر"),
            )


def of_the_person(person: Mapping[str, Any], *, on: dt.date, area_code: str, place: str) -> Iterator[Problem]:
    """What one person's answers tell of each other."""
    born = person.get("birth_date")
    cnic = person.get("cnic")
    age = completed_years(born, on) if born else None
    if cnic and age is not None and age < ADULT:
        yield Problem(place=f"{place}.cnic", refusal=form_refusals.YOUNG_FOR_CNIC.because(), warning=True)
    if cnic and person.get("sex") in ("female", "male") and (int(cnic[-1]) % 2 == 0) != (person["sex"] == "female"):
        yield Problem(  # the last digit of a CNIC is odd for men and even for women
            place=f"{place}.cnic",
            refusal=form_refusals.ELSEWHERE.because(
                what="The last digit of the CNIC (odd for men, even for women)",
                what_ur="شناختی کارڈ کا آخری ہندسہ (مرد کا طاق، عورت کا جفت)",
            ),
            warning=True,
        )
    for number, work in enumerate(person.get("employments") or []):
        where = f"{place}.employments[{number}]"
        started = work.get("started_on")
        if born and started and surely_before(started, work.get("started_on_precision", ""), born):
            yield Problem(
                place=f"{where}.started_on",
                refusal=form_refusals.BEFORE_BIRTH.because(
                    question="In this work since", question_ur="اس کام میں کب سے", field="started_on"
                ),
            )
        if age is not None:
            least = least_working_age(
                category=work.get("category", ""), area_code=work.get("work_area_code") or area_code, on=on
            )
            if age < least.years:
                yield Problem(
                    place=f"{where}.status",
                    refusal=form_refusals.UNDER_AGE.because(age=age, least=least.years),
                    warning=True,
                )
    moved = (person.get("origin") or {}).get("moved_on")
    if born and moved and surely_before(moved, (person.get("origin") or {}).get("moved_on_precision", ""), born):
        yield Problem(
            place=f"{place}.origin.moved_on",
            refusal=form_refusals.BEFORE_BIRTH.because(
                question="Living here since", question_ur="یہاں کب سے رہتے ہیں", field="moved_on"
            ),
        )


def _one_head(people: list[Mapping[str, Any]]) -> Iterator[Problem]:
    known = [person.get("relationship") for person in people]
    heads = known.count("head")
    if people and heads != 1 and not (heads == 0 and None in known):
        second = [place for place, each in enumerate(known) if each == "head"][1:]
        place = second[0] if second else 0
        yield Problem(place=f"people[{place}].relationship", refusal=refusals.HEAD_MISSING.because(heads=heads))


def _consent(form: Mapping[str, Any]) -> Iterator[Problem]:
    purposes = (form.get("consent") or {}).get("consents")
    if purposes is not None and "registration" not in purposes:
        yield Problem(place="consent.consents", refusal=refusals.CONSENT_MISSING.because())


def _numbers_twice(people: list[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, person in enumerate(people):
        cnic = person.get("cnic")
        if cnic and cnic in seen:
            yield Problem(
                place=f"people[{number}].cnic",
                refusal=form_refusals.ELSEWHERE.because(
                    what="The CNIC, given for two people,", what_ur="دو افراد کا ایک ہی شناختی کارڈ نمبر"
                ),
            )
        seen.add(cnic or "")


def completed_years(born: dt.date, on: dt.date) -> int:
    """How old whoever was born then is on a day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def surely_before(day: dt.date, precision: str, born: dt.date) -> bool:
    """Whether a day surely lies before birth; a year alone may reach to its end."""
    if precision == "year":
        return day.year < born.year
    if precision == "month":
        return (day.year, day.month) < (born.year, born.month)
    return day < born
