"""Whatever the OpenAPI document of the REST interface allows is answered as it says."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.cast.forms import form
from tests.interfaces.partners import Partner, one_connection

from mazdoor.access.services import acting_as_system
from mazdoor.interfaces.clients import limits
from mazdoor.interfaces.rest.models import Submission

pytestmark = pytest.mark.django_db

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
OPERATIONS = [
    ("/api/v1/registrations", "POST"),
    ("/api/v1/registrations/batches", "POST"),
    ("/api/v1/registrations", "GET"),
    ("/api/v1/registrations/{key}", "GET"),
    ("/api/v1/files", "POST"),
    ("/api/v1/files/template", "GET"),
    ("/api/v1/files/{key}", "GET"),
    ("/api/v1/files/{key}/refused", "GET"),
    ("/api/v1/questionnaire", "GET"),
    ("/api/v1/choices", "GET"),
    ("/api/v1/choices/{name}", "GET"),
    ("/api/v1/areas", "GET"),
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_the_document_allows_is_answered_as_it_says(path: str, method: str) -> None:
    partner = Partner(scopes=("registrations.write", "registrations.read"), purposes=(), requests_per_minute=1_000_000)
    bearer = partner.bearer
    document = Browser().get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    schema.app = get_wsgi_application()
    schema.config.update(base_url="http://testserver")
    operation = schema[path][method]
    asked = itertools.count()

    @settings(
        max_examples=3 if path.endswith("batches") else 10,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        limits.forget_rates()
        case.headers = {**(case.headers or {}), **bearer}
        response = case.call()
        case.validate_response(response, checks=list(CHECKS))
        next(asked)

    with one_connection():
        ask()
    assert next(asked) >= (1 if method == "GET" else 2)


def test_a_form_that_is_registered_fits_the_document_too() -> None:
    partner = Partner(scopes=("registrations.write",), purposes=())
    bearer = partner.bearer
    schema = schemathesis.openapi.from_dict(Browser().get("/api/v1/openapi.json").json())
    schema.app = get_wsgi_application()
    schema.config.update(base_url="http://testserver")
    with one_connection():
        for path, body in (
            ("/api/v1/registrations", form()),
            ("/api/v1/registrations/batches", {"registrations": [{"key": "member-1", "form": form()}]}),
        ):
            case = schema[path]["POST"].Case(
                body=body, media_type="application/json", headers={**bearer, "Idempotency-Key": "member-1"}
            )
            response = case.call()
            assert response.status_code in (200, 201), response.content
            case.validate_response(response, checks=list(CHECKS))
    with acting_as_system(reason="test"):
        assert Submission.objects.get().state == "registered"
