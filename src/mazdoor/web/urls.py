"""Addresses of the site, by subject. No address holds a personal value: people are named by our own row numbers."""

from django.urls import path

from mazdoor.web.cards import sheets
from mazdoor.web.cards import views as cards
from mazdoor.web.cases import views as cases
from mazdoor.web.changes import asking, deciding, renewing, taking_back
from mazdoor.web.clients import views as clients
from mazdoor.web.coverage import views as coverage
from mazdoor.web.duplicates import bulk as duplicates_bulk
from mazdoor.web.duplicates import comparing as duplicates_comparing
from mazdoor.web.duplicates import households as duplicate_households
from mazdoor.web.duplicates import views as duplicates
from mazdoor.web.fieldwork import desk as fieldwork
from mazdoor.web.files import views as files
from mazdoor.web.home import views as home
from mazdoor.web.interests import views as interests
from mazdoor.web.payrolls import funds
from mazdoor.web.payrolls import views as payrolls
from mazdoor.web.programmes import comparing
from mazdoor.web.programmes import views as programmes
from mazdoor.web.queues import accounts, contributions, enrolment, verification, verification_by_hand, wages
from mazdoor.web.reconciliation import views as reconciliation
from mazdoor.web.reforms import views as reforms
from mazdoor.web.registry import (
    child_work,
    consents,
    history,
    occupation_suggest,
    papers,
    person,
    record,
    search,
    told,
    why,
)
from mazdoor.web.registry.wizard import overview, receipt
from mazdoor.web.registry.wizard import pages as wizard
from mazdoor.web.registry.wizard.check import check
from mazdoor.web.signin import views as signin

app_name = "web"

urlpatterns = [
    path("", home.home, name="home"),
    path("sign-in/", signin.sign_in, name="sign-in"),
    path("sign-out/", signin.sign_out, name="sign-out"),
    path("language/", signin.choose_language, name="language"),
    path("registry/", search.search, name="registry"),
    path("registry/register/", wizard.start, name="register"),
    path("registry/register/form.pdf", receipt.blank, name="blank-form"),
    path("registry/register/begin/", wizard.begin, name="register-begin"),
    path("registry/register/<int:draft_id>/", overview.household, name="register-household"),
    path("registry/register/<int:draft_id>/check/", check, name="register-check"),
    path("registry/register/<int:draft_id>/throw-away/", wizard.throw_away, name="register-throw-away"),
    path("registry/register/<int:draft_id>/step/<str:name>/", wizard.step, name="register-step"),
    path(
        "registry/register/<int:draft_id>/step/<str:name>/kept/<slug:question>/",
        wizard.kept_file,
        name="register-kept",
    ),
    path("registry/register/<int:draft_id>/step/<str:name>/take-out/", wizard.take_out, name="register-take-out"),
    path("registry/registered/", receipt.registered, name="registered"),
    path("registry/registered/print/", receipt.printed, name="registered-print"),
    path("registry/registered/receipt.pdf", receipt.pdf, name="registered-pdf"),
    path("registry/files/", files.files, name="files"),
    path("registry/files/template.<str:kind>", files.template, name="file-template"),
    path("registry/files/<int:import_id>/", files.file, name="file"),
    path("registry/files/<int:import_id>/columns/", files.confirm, name="confirm-file"),
    path("registry/files/<int:import_id>/go-on/", files.go_on, name="go-on-with-file"),
    path("registry/files/<int:import_id>/progress/", files.progress, name="file-progress"),
    path("registry/files/<int:import_id>/returned/", files.returned, name="returned-rows"),
    path("registry/children-at-work/", child_work.page, name="child-work"),
    path("registry/person/<int:person_id>/", person.person, name="person"),
    path("registry/person/<int:person_id>/why/<int:assessment_id>/", why.why, name="why"),
    path("registry/person/<int:person_id>/cases/", cases.open_case, name="open-case"),
    path("registry/person/<int:person_id>/history/", history.person, name="person-history"),
    path("registry/person/<int:person_id>/messages/", told.told, name="told"),
    path("registry/person/<int:person_id>/messages/<int:notice_id>/again/", told.tell_again, name="tell-again"),
    path("registry/person/<int:person_id>/record/", record.record, name="person-record"),
    path("registry/person/<int:person_id>/record.pdf", record.pdf, name="person-record-pdf"),
    path("registry/person/<int:person_id>/papers/", papers.papers, name="papers"),
    path("registry/person/<int:person_id>/consents/", consents.page, name="consents"),
    path("registry/person/<int:person_id>/consents/give/", consents.give, name="give-consent"),
    path("registry/person/<int:person_id>/consents/take-back/", consents.take_back, name="take-back-consent"),
    path("registry/consents/<str:version>/", told.consent, name="consent-words"),
    path("registry/person/<int:person_id>/changes/", asking.choose, name="report-change"),
    path("registry/person/<int:person_id>/changes/<slug:code>/", asking.ask, name="ask-change"),
    path("registry/events/<int:event_id>/take-back/", taking_back.take_back, name="take-back-event"),
    path("registry/household/<int:household_id>/history/", history.household, name="household-history"),
    path("changes/", deciding.queue, name="changes"),
    path("changes/<int:change_id>/", deciding.change, name="change"),
    path("changes/<int:change_id>/approve/", deciding.approve, name="approve-change"),
    path("changes/<int:change_id>/refuse/", deciding.refuse, name="refuse-change"),
    path("changes/<int:change_id>/withdraw/", deciding.withdraw, name="withdraw-change"),
    path("changes/<int:change_id>/again/", deciding.again, name="look-again"),
    path("changes/<int:change_id>/fill/", deciding.fill, name="fill-change"),
    path("changes/<int:change_id>/take-back/", deciding.reverse, name="reverse-change"),
    path("changes/handed-over/<int:hand_over_id>/", deciding.receive, name="receive-hand-over"),
    path("recertification/", renewing.queue, name="recertification"),
    path("recertification/<int:household_id>/", renewing.household, name="renewal"),
    path("devices/", fieldwork.devices, name="devices"),
    path("devices/enrol/", fieldwork.enrol, name="enrol-device"),
    path("devices/<int:device_id>/revoke/", fieldwork.revoke, name="revoke-device"),
    path("devices/waiting/<int:submission_id>/", fieldwork.waiting_form, name="waiting-form"),
    path("devices/waiting/<int:submission_id>/set-aside/", fieldwork.set_aside, name="set-aside-form"),
    path("devices/form.xlsx", fieldwork.xlsform, name="xlsform"),
    path("registry/by-message/", interests.page, name="interests"),
    path("registry/by-message/<int:interest_id>/", interests.interest, name="interest"),
    path("registry/by-message/<int:interest_id>/act/", interests.act, name="act-on-interest"),
    path("registry/person/<int:person_id>/card/", cards.cards_of_person, name="cards"),
    path("registry/person/<int:person_id>/card/issue/", cards.issue, name="issue-card"),
    path("registry/person/<int:person_id>/card/replace/", cards.replace, name="replace-card"),
    path("registry/person/<int:person_id>/card/revoke/", cards.revoke, name="revoke-card"),
    path("registry/suggest/<slug:kind>/", occupation_suggest.suggest, name="suggest-code"),
    path("registry/cards/", sheets.office, name="card-office"),
    path("registry/cards/<int:card_id>/print/", cards.print_card, name="print-card"),
    path("registry/cards/sheets/<int:sheets_id>/", sheets.page, name="card-sheets"),
    path("registry/cards/sheets/<int:sheets_id>/progress/", sheets.progress, name="card-sheets-progress"),
    path("registry/cards/sheets/<int:sheets_id>/<int:portion>.pdf", sheets.fetch, name="card-sheets-portion"),
    path("cases/", cases.cases, name="cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/answer/", cases.answer, name="answer-case"),
    path("verification/", verification.page, name="verification"),
    path("verification/<int:discrepancy_id>/", verification.discrepancy, name="discrepancy"),
    path("verification/<int:discrepancy_id>/close/", verification.close, name="close-discrepancy"),
    path("verification/by-hand/<int:request_id>/", verification_by_hand.by_hand, name="verify-by-hand"),
    path("verification/document/<int:attachment_id>/", verification_by_hand.document, name="verification-document"),
    path("duplicates/", duplicates.queue, name="duplicates"),
    path("duplicates/many/", duplicates_bulk.bulks, name="bulks"),
    path("duplicates/many/<int:bulk_id>/", duplicates_bulk.bulk, name="bulk"),
    path("duplicates/many/<int:bulk_id>/progress/", duplicates_bulk.progress, name="bulk-progress"),
    path("duplicates/many/<int:bulk_id>/act/", duplicates_bulk.work_on, name="act-on-bulk"),
    path("duplicates/comparing/", duplicates_comparing.comparing, name="comparing"),
    path("duplicates/comparing/progress/", duplicates_comparing.progress, name="comparing-progress"),
    path("duplicates/comparing/now/", duplicates_comparing.compare_now, name="compare-now"),
    path("duplicates/households/", duplicate_households.households, name="duplicate-households"),
    path("duplicates/households/<int:household_pair_id>/", duplicate_households.household_pair, name="household-pair"),
    path(
        "duplicates/households/<int:household_pair_id>/decide/", duplicate_households.decide, name="decide-households"
    ),
    path(
        "duplicates/households/<int:household_id>/leave/<int:person_id>/",
        duplicate_households.end_membership,
        name="end-membership",
    ),
    path("duplicates/<int:pair_id>/", duplicates.pair, name="pair"),
    path("duplicates/<int:pair_id>/decide/", duplicates.decide, name="decide-pair"),
    path("duplicates/<int:pair_id>/undo/", duplicates.undo, name="undo-merge"),
    path("accounts/", accounts.page, name="accounts"),
    path("wages/", wages.page, name="wages"),
    path("contributions/", contributions.page, name="contributions"),
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/drafts/", reforms.drafts, name="drafts"),
    path("programmes/drafts/<int:draft_id>/", reforms.draft, name="draft"),
    path("programmes/drafts/<int:draft_id>/withdraw/", reforms.withdraw, name="withdraw-draft"),
    path("programmes/two-countries/", comparing.two_countries, name="two-countries"),
    path("programmes/<slug:code>/", programmes.programme, name="programme"),
    path("programmes/<slug:code>/change/", reforms.reform, name="reform"),
    path("programmes/<slug:code>/change/count/", reforms.count, name="count-condition"),
    path("enrolment/", enrolment.page, name="enrolment"),
    path("payrolls/", payrolls.payrolls, name="payrolls"),
    path("payrolls/funds/", funds.funds, name="funds"),
    path("payrolls/funds/give/", funds.fund, name="fund-programme"),
    path("payrolls/prepare/", payrolls.prepare, name="prepare-payroll"),
    path("payrolls/<int:payroll_id>/", payrolls.payroll, name="payroll"),
    path("payrolls/<int:payroll_id>/prepare/", payrolls.go_on, name="go-on-preparing"),
    path("payrolls/<int:payroll_id>/progress/", payrolls.progress, name="payroll-progress"),
    path("payrolls/<int:payroll_id>/send/", payrolls.send, name="send-payroll"),
    path("payrolls/<int:payroll_id>/answers/", payrolls.hear, name="hear-banks"),
    path("payrolls/<int:payroll_id>/approve/", payrolls.approve, name="approve-payroll"),
    path("payrolls/<int:payroll_id>/release/", payrolls.release, name="release-payroll"),
    path("payrolls/<int:payroll_id>/reject/", payrolls.reject, name="reject-payroll"),
    path("reconciliation/", reconciliation.page, name="reconciliation"),
    path("reconciliation/<int:exception_id>/", reconciliation.exception, name="exception"),
    path("reconciliation/<int:exception_id>/resolve/", reconciliation.resolve, name="resolve-exception"),
    path("reconciliation/<int:exception_id>/again/", reconciliation.try_again, name="try-exception-again"),
    path("coverage/", coverage.coverage, name="coverage"),
    path("systems/", clients.page, name="clients"),
    path("systems/register/", clients.add, name="add-client"),
    path("systems/<str:code>/", clients.client, name="client"),
    path("systems/<str:code>/change/", clients.change, name="change-client"),
    path("systems/<str:code>/rotate/", clients.rotate, name="rotate-client"),
    path("systems/<str:code>/revoke/", clients.revoke, name="revoke-client"),
    path("systems/<str:code>/send/<int:posting_id>/", clients.send_again, name="send-posting-again"),
]
