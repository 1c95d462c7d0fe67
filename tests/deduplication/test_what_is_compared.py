"""What the register's own run compares besides names: card numbers by their keyed hashes, old numbers, husbands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from mazdoor.delivery.deduplication import finding, selectors, services
from mazdoor.delivery.deduplication.models import MatchedPair, MatchRun
from mazdoor.matching.model import starting_model

pytestmark = pytest.mark.django_db

WOMAN = {"given_name": "Bushra", "surname": "Bibi", "father_name": "Ghulam Rasool", "mobile": "03001234567"}


@pytest.mark.parametrize(
    ("second", "level"),
    [
        ("01234-1234567-2", "serial_and_another_segment_same"),
        ("01239-1234567-1", "serial_and_another_segment_same"),
        ("01234-1239567-1", "outer_segments_same"),
        ("01234-1235467-1", "digits_swapped"),
        ("01243-1234567-1", "digits_swapped"),
        ("01234-1234567-1", "same"),
    ],
)
def test_a_digit_wrong_and_two_swapped_are_found_by_hashes_alone(
    second: str, level: str, person: Callable[..., int], system: None
) -> None:
    person(**WOMAN, cnic="01234-1234567-1")
    person(**WOMAN | {"given_name": "Bushrah"}, cnic=second)
    services.find_pairs()
    evidence = MatchedPair.objects.get().evidence["cnic"]
    assert evidence["level"] == level
    assert evidence["weight"] > 0


def test_an_old_number_meets_itself_where_the_new_one_was_not_shown(person: Callable[..., int], system: None) -> None:
    person(**WOMAN, cnic="01234-1234567-1", old_nic="01234567890")
    person(given_name="Rukhsana", surname="Begum", father_name="Ghulam Rasool", cnic="", old_nic="01234567890")
    services.find_pairs()
    assert MatchedPair.objects.get().evidence["cnic"]["level"] == "same_old_number"


def test_a_husband_stands_beside_the_father_in_the_comparison(person: Callable[..., int], system: None) -> None:
    person(**WOMAN, husband_name="Muhammad Aslam", cnic="01234-1234567-1")
    person(**WOMAN | {"father_name": "Mohd Aslam"}, husband_name="M. Aslam", cnic="01234-1234567-2")
    services.find_pairs()
    fields = {each.field: each for each in selectors.get_pair(pair_id=MatchedPair.objects.get().pk).fields}
    assert fields["father"].level == "named_as_husband"
    assert fields["husband"].level == "same"
    assert fields["husband"].value_a == "Muhammad Aslam"


def test_where_no_model_is_known_for_the_levels_of_today_all_are_compared_anew(
    person: Callable[..., int], system: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    person(**WOMAN)
    person(given_name="Zubaida", birth_date=dt.date(1970, 6, 30))
    services.find_pairs()
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))  # past the margin
    assert services.find_pairs().new_records == 0
    MatchRun.objects.update(seen_until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))
    monkeypatch.setattr(finding, "ENOUGH_TO_TRAIN", 2)
    assert services.find_pairs().new_records == 2, "how many are there twice can only be learnt from all"


def test_a_model_is_taken_over_for_the_register_as_it_has_grown() -> None:
    model = starting_model(1_000_000)
    model.records = 500_000
    grown = model.grown_to(2_000_000)
    assert grown.prior_weight == pytest.approx(model.prior_weight - 2), "four times as many strangers for each"
    assert (grown.records, grown.kin_weight) == (2_000_000, model.kin_weight)
    assert grown.grown_to(500_000).prior_weight == pytest.approx(model.prior_weight)
