"""Addresses of the worker's pages. None holds a personal value; a worker's own record needs no number in its address."""

from django.urls import path

from mazdoor.web.worker import complaints, corrections, portal, register, signin

app_name = "worker"

urlpatterns = [
    path("", signin.start, name="start"),
    path("help/", signin.help_page, name="help"),
    path("phone/", signin.phone, name="phone"),
    path("code/", signin.code, name="code"),
    path("code/again/", signin.code_again, name="code-again"),
    path("who/", signin.who, name="who"),
    path("mine/", signin.mine, name="mine"),
    path("leave/", signin.leave, name="leave"),
    path("left/", signin.left, name="left"),
    path("register/<int:number>/", register.screen, name="screen"),
    path("register/which-work/", register.which_work, name="which-work"),
    path("register/people/", register.people, name="people"),
    path("register/people/<int:number>/remove/", register.remove_person, name="remove-person"),
    path("register/check/", register.check, name="check"),
    path("register/already/", register.already, name="already"),
    path("register/done/", register.done, name="done"),
    path("me/", portal.me, name="me"),
    path("me/record/", portal.record, name="record"),
    path("me/card/", portal.card, name="card"),
    path("me/card/file/", portal.card_file, name="card-file"),
    path("me/programmes/", portal.programmes, name="programmes"),
    path("me/programmes/<int:assessment_id>/", portal.why, name="why"),
    path("me/money/", portal.money, name="money"),
    path("me/consents/", portal.consents, name="consents"),
    path("me/consents/withdraw/", portal.withdraw, name="withdraw"),
    path("me/consents/words/<str:version>/", portal.consent_words, name="consent-words"),
    path("me/consents/agree/", portal.agree, name="agree"),
    path("me/messages/", portal.messages, name="messages"),
    path("me/complaints/", complaints.complaints, name="complaints"),
    path("me/complaints/new/", complaints.new, name="complain"),
    path("me/mistake/", corrections.mistake, name="mistake"),
    path("me/mistake/<slug:what>/", corrections.correct, name="correct"),
]
