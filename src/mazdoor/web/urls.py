"""Addresses of the site, by subject. No address holds a personal value: people are named by our own row numbers."""

from django.urls import path

from mazdoor.web.coverage import views as coverage
from mazdoor.web.home import views as home
from mazdoor.web.queues import contributions, verification, wages
from mazdoor.web.registry import person, register, search
from mazdoor.web.signin import views as signin

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("language/", signin.choose_language, name="language"),
    path("registry/", search.search, name="registry"),
    path("registry/register/", register.register, name="register"),
    path("registry/registered/", register.registered, name="registered"),
    path("registry/person/<int:person_id>/", person.person, name="person"),
    path("verification/", verification.page, name="verification"),
    path("verification/<int:discrepancy_id>/", verification.discrepancy, name="discrepancy"),
    path("verification/<int:discrepancy_id>/close/", verification.close, name="close-discrepancy"),
    path("wages/", wages.page, name="wages"),
    path("contributions/", contributions.page, name="contributions"),
    path("coverage/", coverage.coverage, name="coverage"),
]
