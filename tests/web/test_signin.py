"""Signing in and out, and the language."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.web.conftest import SignIn

PASSWORD = "a long test password"


@pytest.mark.django_db
def test_an_officer_signs_in_and_is_spoken_to_in_their_language(officer: Callable[..., Any]) -> None:
    officer(desk="registrar", username="saima", language="ur")
    client = Client()
    response = client.post("/sign-in/", {"username": "saima", "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/", 302)]
    assert '<html lang="ur" dir="rtl">' in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "password"), [("saima", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_sign_in_does_not_say_which_half_was_wrong(
    officer: Callable[..., Any], username: str, password: str
) -> None:
    officer(desk="registrar", username="saima")
    response = Client().post("/sign-in/", {"username": username, "password": password})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page and 'href="#id_username"' in page
    if username:
        assert "Name and password do not belong together" in page


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere_by_a_forged_link(officer: Callable[..., Any], elsewhere: str) -> None:
    officer(desk="registrar", username="saima")
    client = Client()
    response = client.post("/sign-in/", {"username": "saima", "password": PASSWORD, "next": elsewhere})
    assert response["Location"] == "/"
    response = client.post("/language/", {"language": "ur", "next": elsewhere})
    assert response["Location"] == "/"


@pytest.mark.django_db
def test_the_language_is_chosen_without_script_and_remembered(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    response = client.post("/language/", {"language": "ur", "next": "/registry/"})
    assert response["Location"] == "/registry/"
    assert 'dir="rtl"' in client.get("/registry/").content.decode()
    client.post("/language/", {"language": "xx", "next": "/"})
    assert 'dir="rtl"' in client.get("/registry/").content.decode()


@pytest.mark.django_db
def test_signing_out_ends_the_session(at_desk: SignIn) -> None:
    client = at_desk("registrar")
    assert client.get("/sign-out/").status_code == 405  # a link cannot sign anybody out
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_closed_sign_in_opens_nothing(officer: Callable[..., Any]) -> None:
    closed = officer(desk="registrar", username="saima")
    client = Client()
    client.force_login(closed)
    closed.is_active = False
    closed.save()
    assert client.get("/").status_code == 302


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_in_both_languages(officer: Callable[..., Any]) -> None:
    officer(desk="registrar", username="saima")
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "saima", "password": PASSWORD})
    page = response.content.decode()
    assert response.status_code == 403
    assert "Please send the form again" in page and "فارم دوبارہ بھیجیں" in page


@pytest.mark.django_db
def test_an_address_with_nothing_behind_it_is_told_in_the_officers_language(at_desk: SignIn) -> None:
    response = at_desk("registrar", language="ur").get("/nothing/here/")
    assert response.status_code == 404
    assert "صفحہ نہیں ملا" in response.content.decode()
