"""A list with one work in each row calls its questions plainly; a heading that names no question is told at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mazdoor.cli.importing import import_
from mazdoor.delivery.registration.files.columns import guess
from mazdoor.delivery.registration.questionnaire import get_questionnaire


def test_questions_of_the_first_work_are_taken_by_their_plain_names_as_a_guess() -> None:
    found = {
        each.heading: (each.column, each.sure)
        for each in guess(
            [
                "name",
                "status",
                "Kind of work",
                "started_on",
                "pay_period",
                "premises",
                "employment2_status",
                "tax_number",
            ],
            get_questionnaire(),
        )
    }
    assert found == {
        "name": ("given_name", False),
        "status": ("employment1_status", False),
        "Kind of work": ("employment1_category", True),
        "started_on": ("employment1_started_on", False),
        "pay_period": ("employment1_pay_period", False),
        "premises": ("employment1_business_premises", False),
        "employment2_status": ("employment2_status", True),
        "tax_number": ("employment1_business_tax_number", False),
    }


@pytest.mark.django_db
def test_the_command_says_which_headings_it_took_for_what_and_which_it_left_out(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "given_name,sex,birth_date,relationship,household_area_code,consents,status,category,occupation,industry,"
        "started_on,employer_kind,pay_period,pay_amount,lucky colour\n"
        "Zahida,female,1990-03-13,head,PK618,registration,own_account,street_vendor,9520,4781,2019,none,day,1200,blue\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(import_, [str(path), "--out", str(tmp_path / "out")], standalone_mode=False)
    assert "“status” is taken for employment1_status" in done.stderr
    assert "“lucky colour” is left out: no question is called so" in done.stderr
    told = [*done.stdout.splitlines(), *(each.read_text() for each in (tmp_path / "out").glob("*"))]
    assert any("premises" in line or "Place of work" in line for line in told), told  # what is missing is asked for
    path.write_text(
        path.read_text()
        .replace("pay_amount,", "pay_amount,premises,persons_engaged,")
        .replace("1200,", "1200,stall,1,")
    )
    done = CliRunner().invoke(import_, [str(path)], standalone_mode=False)
    assert done.exception is None and done.return_value == 0, (done.exception, done.output)
    assert "1 of 1 rows registered" in done.stdout
