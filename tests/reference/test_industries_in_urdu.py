"""Industries are told in Urdu: every section, division and group has plain words of ours, marked as such."""

from __future__ import annotations

import pytest

from mazdoor.reference import datafiles
from mazdoor.reference import selectors as reference


def test_every_section_division_and_group_has_an_urdu_title_and_says_whose_it_is() -> None:
    for row in datafiles.read("industries.csv"):
        if len(row["code"]) < 4:
            assert row["title_ur"], row["code"]
        assert bool(row["title_ur"]) == (row["title_ur_verified"] == "memory"), row["code"]
        assert not any("a" <= letter.lower() <= "z" for letter in row["title_ur"]), row["code"]


@pytest.mark.django_db
@pytest.mark.usefixtures("system")
def test_a_class_without_an_urdu_title_is_told_by_its_group() -> None:
    from mazdoor.reference.services import load

    load()
    reference.forget()
    assert reference.isic_title("1312") == "Weaving of textiles"
    assert reference.isic_title("1312", "ur") == reference.isic_title("131", "ur") != reference.isic_title("13", "ur")
    assert reference.isic_title("none", "ur") == "none"
