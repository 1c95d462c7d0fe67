"""The desks officers sit at: what each is called and what it is there to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Task:
    """One piece of a desk's work: what to do, where, and (by link of the chain, or ``casework``) how much of it waits."""

    label: Promise
    hint: Promise
    address_name: str
    waits_at: str = ""


@dataclass(frozen=True)
class DeskWords:
    """A desk's name and its work, the most urgent first."""

    name: Promise
    tasks: tuple[Task, ...]


SEARCH = Task(_("Find a person"), _("By name in either script, CNIC, mobile or registry number."), "web:registry")
REGISTER = Task(
    _("Register a worker"),
    _("With household and work, a few questions on each page; what is said is kept."),
    "web:register",
)
FIELDWORK = Task(
    _("See to devices and their forms"),
    _("Forms that could not be registered; devices of enumerators."),
    "web:devices",
)
BY_MESSAGE = Task(
    _("Call those who asked by SMS"), _("They sent their CNIC and want to be registered."), "web:interests"
)
FILES = Task(
    _("Bring in a list from a file"),
    _("CSV or Excel: each row checked, bad rows back with reasons."),
    "web:files",
)
PAIRS = Task(
    _("Decide pairs that may be one person"),
    _("Two records side by side, with the weight of each field."),
    "web:duplicates",
    "deduplication",
)
CLAIMS = Task(
    _("Look at identities that could not be confirmed"),
    _("No match, deceased, or no answer yet."),
    "web:verification",
    "verification",
)
PAYROLLS = Task(
    _("Prepare, approve or release payrolls"),
    _("Three different persons do the three acts."),
    "web:payrolls",
    "payments",
)
EXCEPTIONS = Task(
    _("Clear what the banks sent back"),
    _("Returns, and money that cannot be placed."),
    "web:reconciliation",
    "reconciliation",
)
PROGRAMMES = Task(
    _("See programmes and their rules"), _("Who qualifies, under which provision, at what cost."), "web:programmes"
)
UNDERPAID = Task(
    _("See who is paid under the minimum wage"),
    _("By province, month and employer, to the paisa."),
    "web:wages",
    "wages",
)
CHILDREN = Task(
    _("See children at work"),
    _("Who works below the age the law of the place lets them, where, and since when."),
    "web:child-work",
)
CASES = Task(
    _("Answer appeals and grievances"),
    _("What people say about a decision or about what was done; somebody else than who wrote it down answers."),
    "web:cases",
    "casework",
)
CHANGES = Task(
    _("Decide changes of the record"),
    _("Moves, marriages, deaths, corrections: one person asks, another approves."),
    "web:changes",
    "changes",
)
RENEWALS = Task(
    _("See households that have to confirm their details"),
    _("Told by the calendar; payment waits only after the last notice."),
    "web:recertification",
)
COVERAGE = Task(_("See coverage and gaps"), _("Registered against estimated informal workers."), "web:coverage")

SYSTEMS = Task(
    _("Register other systems"),
    _("Which may ask or send, what they see, and what waits to be sent to them."),
    "web:clients",
)

DESKS: dict[str, DeskWords] = {
    "registrar": DeskWords(
        _("Registrar"), (SEARCH, REGISTER, FILES, BY_MESSAGE, FIELDWORK, CHANGES, RENEWALS, UNDERPAID)
    ),
    "verifier": DeskWords(_("Verifier"), (CLAIMS, PAIRS, FIELDWORK, CHANGES, CASES, CHILDREN, SEARCH)),
    "programme": DeskWords(_("Programme manager"), (PROGRAMMES, CASES, RENEWALS, COVERAGE, PAYROLLS)),
    "finance": DeskWords(_("Finance"), (PAYROLLS, EXCEPTIONS, CHANGES, SEARCH)),
    "inspector": DeskWords(_("Labour inspector"), (UNDERPAID, CHILDREN, SEARCH, COVERAGE)),
    "auditor": DeskWords(_("Auditor"), (EXCEPTIONS, PAYROLLS, COVERAGE, SYSTEMS)),
    "administrator": DeskWords(_("Administrator"), (FIELDWORK, SYSTEMS, COVERAGE)),
}
