"""The questionnaire: what is asked of a household, as data, read once and asked at every door.

``*.yaml`` beside this file hold the questions, one file for each section. From them come the web wizard, the worker's
own screens, the XLSForm, the import template, the interface's schema and the printed form: a question added there
appears in all of them, with its checks.

`get_questionnaire()` gives the whole; `check_form()` holds a form's answers against it and gives typed answers or every
problem, each with its place; `flatten()` and `nest()` turn a form into one row of columns and back.
"""

from mazdoor.delivery.registration.questionnaire.cells import Typed, type_answer, write_answer
from mazdoor.delivery.registration.questionnaire.checking import check_form, check_section
from mazdoor.delivery.registration.questionnaire.conditions import holds, to_sql, to_xpath
from mazdoor.delivery.registration.questionnaire.flat import Column, columns, flatten, nest
from mazdoor.delivery.registration.questionnaire.json_schema import form_schema
from mazdoor.delivery.registration.questionnaire.model import (
    Answers,
    AnswerType,
    Checked,
    Choice,
    Condition,
    Door,
    Problem,
    Question,
    Questionnaire,
    Section,
    Sensitivity,
)
from mazdoor.delivery.registration.questionnaire.reading import (
    QuestionnaireError,
    get_questionnaire,
    read_questionnaire,
    retention_months,
)

__all__ = [
    "AnswerType",
    "Answers",
    "Checked",
    "Choice",
    "Column",
    "Condition",
    "Door",
    "Problem",
    "Question",
    "Questionnaire",
    "QuestionnaireError",
    "Section",
    "Sensitivity",
    "Typed",
    "check_form",
    "check_section",
    "columns",
    "flatten",
    "form_schema",
    "get_questionnaire",
    "holds",
    "nest",
    "read_questionnaire",
    "retention_months",
    "to_sql",
    "to_xpath",
    "type_answer",
    "write_answer",
]
