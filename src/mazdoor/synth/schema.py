"""The shape of every file the generator writes: the contract with those who load, match and measure.

Identifiers are int64 and unique over the whole population. Money is int64 paisa. Dates are date32. Columns may be
added at the end of a table, never renamed or removed.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

VERSION: Final = "1.0"

_ID = pa.int64()
_MONEY = pa.int64()
_DATE = pa.date32()
_TEXT = pa.utf8()


def _schema(**fields: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in fields.items()])


HOUSEHOLDS: Final = _schema(
    household_no=_ID,
    area_code=_TEXT,
    district_code=_TEXT,
    urban=pa.bool_(),
    address_line=_TEXT,
    rooms=pa.int16(),
    roof=_TEXT,
    toilet=_TEXT,
    water=_TEXT,
    land_acres=pa.decimal128(9, 2),
    livestock=pa.int16(),
    has_fridge=pa.bool_(),
    has_washing_machine=pa.bool_(),
    has_television=pa.bool_(),
    has_motorcycle=pa.bool_(),
    has_car=pa.bool_(),
    utility_bill_amount=_MONEY,
)

PERSONS: Final = _schema(
    person_no=_ID,
    household_no=_ID,
    family_no=_ID,
    relationship=_TEXT,
    sex=_TEXT,
    birth_date=_DATE,
    birth_date_precision=_TEXT,
    given_name=_TEXT,
    surname=_TEXT,
    father_name=_TEXT,
    husband_name=_TEXT,
    given_name_ur=_TEXT,
    surname_ur=_TEXT,
    father_name_ur=_TEXT,
    marital_status=_TEXT,
    cnic=_TEXT,
    mobile=_TEXT,
    literate=pa.bool_(),
    disability=pa.bool_(),
    died_on=_DATE,
    registered_on=_DATE,
    is_registered=pa.bool_(),
    # added to the contract: who is whose in the household, and the number on a card of before 2001
    spouse_no=_ID,
    father_no=_ID,
    mother_no=_ID,
    old_nic=_TEXT,
)

PROFILES: Final = _schema(
    person_no=_ID,
    cnic=_TEXT,
    foreign_travel=pa.bool_(),
    passport_executive_fee=pa.bool_(),
    cnic_executive_fee=pa.bool_(),
    vehicle=pa.bool_(),
    phone_bill_amount=_MONEY,
    property=pa.bool_(),
    government_employee=pa.bool_(),
    income_taxpayer=pa.bool_(),
    other_relief=pa.bool_(),
    kafaalat_beneficiary=pa.bool_(),
    pmt_score=pa.decimal128(5, 2),
)

EMPLOYMENTS: Final = _schema(
    employment_no=_ID,
    person_no=_ID,
    primary=pa.bool_(),
    status=_TEXT,
    category=_TEXT,
    employer_kind=_TEXT,
    business_no=_ID,
    employer_household_no=_ID,
    isco_code=_TEXT,
    isic_code=_TEXT,
    sector=_TEXT,
    informal=pa.bool_(),
    pay_period=_TEXT,
    pay_amount=_MONEY,
    days_per_month=pa.int16(),
    hours_per_week=pa.int16(),
    started_on=_DATE,
    ended_on=_DATE,
    written_contract=pa.bool_(),
    paid_leave=pa.bool_(),
    social_security=pa.bool_(),
    work_area_code=_TEXT,
    # added: the row of synth/data/jobs.csv it was drawn from, and pay as a month's worth (paisa; 0 where there is none)
    job_id=_TEXT,
    monthly_equivalent_amount=_MONEY,
)

BUSINESSES: Final = _schema(
    business_no=_ID,
    owner_person_no=_ID,
    name=_TEXT,
    isic_code=_TEXT,
    area_code=_TEXT,
    district_code=_TEXT,
    persons_engaged=pa.int32(),
    keeps_accounts=pa.bool_(),
    incorporated=pa.bool_(),
    tax_registered=pa.bool_(),
    eobi_registered=pa.bool_(),
    premises_kind=_TEXT,
)

WAGE_RECORDS: Final = _schema(
    wage_no=_ID,
    employment_no=_ID,
    person_no=_ID,
    month=_DATE,
    pay_period=_TEXT,
    units=pa.decimal128(9, 2),
    paid_amount=_MONEY,
    paid_on=_DATE,
    method=_TEXT,
    # added: days worked in the month (a piece-rate worker is guaranteed the minimum for each)
    days_worked=pa.int16(),
)

CONTRIBUTIONS: Final = _schema(
    contribution_no=_ID,
    person_no=_ID,
    business_no=_ID,
    from_month=_DATE,
    to_month=_DATE,
    months_paid=pa.int16(),
    monthly_wage=_MONEY,
    employer_amount=_MONEY,
    employee_amount=_MONEY,
)

TRUTH_DUPLICATES: Final = _schema(person_no=_ID, duplicate_of=_ID, errors=pa.list_(_TEXT), household_no=_ID)

TRUTH_ELITE: Final = _schema(
    person_no=_ID,
    filter_id=_TEXT,
    # added: through whom the filter falls on the person: self, spouse, family or household
    through=_TEXT,
)

TRUTH_UNDERPAID: Final = _schema(
    wage_no=_ID,
    person_no=_ID,
    month=_DATE,
    minimum_amount=_MONEY,
    paid_amount=_MONEY,
    shortfall_amount=_MONEY,
    # added: where the rate comes from
    jurisdiction=_TEXT,
    sector=_TEXT,
    category=_TEXT,
)

TRUTH_PENSIONERS: Final = _schema(
    person_no=_ID,
    insured_months=pa.int32(),
    counted_years=pa.int32(),
    average_wage=_MONEY,
    formula_amount=_MONEY,
    payable_amount=_MONEY,
    at=_DATE,
)

TABLES: Final[dict[str, pa.Schema]] = {
    "households": HOUSEHOLDS,
    "persons": PERSONS,
    "profiles": PROFILES,
    "employments": EMPLOYMENTS,
    "businesses": BUSINESSES,
    "wage_records": WAGE_RECORDS,
    "contributions": CONTRIBUTIONS,
}

TRUTH: Final[dict[str, pa.Schema]] = {
    "duplicates": TRUTH_DUPLICATES,
    "elite": TRUTH_ELITE,
    "underpaid": TRUTH_UNDERPAID,
    "pensioners": TRUTH_PENSIONERS,
}
