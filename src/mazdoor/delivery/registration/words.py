"""The coded answers of the questionnaire by name, each with its words in English and Urdu.

They are those of ``questionnaire/lists.yaml``: a new answer is added there and appears on every screen.
"""

from __future__ import annotations

from mazdoor.delivery.registration.questionnaire import Answers, get_questionnaire

__all__ = ["Answers"]

_lists = get_questionnaire().lists

SEX = _lists["sex"]
PRECISION = _lists["precision"]
MARITAL_STATUS = _lists["marital_status"]
RELATIONSHIP = _lists["relationship"]
LANGUAGE = _lists["language"]
ROOF = _lists["roof"]
TOILET = _lists["toilet"]
WATER = _lists["water"]
PREMISES = _lists["premises"]
STATUS = _lists["status"]
CATEGORY = _lists["category"]
EMPLOYER_KIND = _lists["employer_kind"]
SECTOR = _lists["sector"]
PAY_PERIOD = _lists["pay_period"]
OWNER_KIND = _lists["owner_kind"]
SEASON = _lists["season"]
DIFFICULTY = _lists["difficulty"]
EDUCATION = _lists["education"]
SKILLS = _lists["skills"]
MIGRATION_REASON = _lists["migration_reason"]
PURPOSE = _lists["purpose"]
GIVEN_HOW = _lists["given_how"]
