"""Interest shown by SMS: taken once, answered in words, closed when whoever holds the CNIC is registered by any door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.cast.households import BAGH, registered
from tests.cast.households import LAHORE as LAYYAH  # the code is Layyah's

from mazdoor.access.services import acting_as, acting_as_system
from mazdoor.delivery.registration import interest_list, interests
from mazdoor.delivery.registration.messages import answer_text
from mazdoor.delivery.registration.models import IncomingMessage, Interest
from mazdoor.kernel.refusals import Refusal
from mazdoor.notices.ports import Accepted, GatewayDown

pytestmark = pytest.mark.django_db
BUSHRA = "01234-1234567-1"
PHONE = "+923001112223"
_number = iter(range(1, 10_000))


def sms(text: str, *, sender: str = PHONE, message_id: str = "") -> str:
    return interests.receive_message(message_id=message_id or f"m{next(_number)}", sender=sender, text=text)


@pytest.fixture
def areas(system: None) -> None:
    from mazdoor.reference import selectors, services

    if selectors.find_area(LAYYAH) is None:
        services.load()


@pytest.mark.usefixtures("areas")
def test_a_cnic_by_sms_waits_on_the_list_of_its_district() -> None:
    assert sms(f"{BUSHRA} Layyah") == "received"
    (row,) = interest_list.list_interests()
    assert (row["area_code"], row["state"], row["days"]) == (LAYYAH, "waiting", 0)
    assert row["cnic"] == "*****-*****67-1"
    assert row["mobile"] == "03*****2223"


@pytest.mark.usefixtures("areas")
def test_a_district_may_follow_in_a_second_message() -> None:
    assert sms(BUSHRA) == "ask_district"
    assert [row["area_code"] for row in interest_list.list_interests(area="none")] == [""]
    assert sms("لیہ") == "district"
    assert [row["area_code"] for row in interest_list.list_interests()] == [LAYYAH]
    assert sms(BUSHRA) == "again"
    assert Interest.objects.count() == 1


@pytest.mark.usefixtures("areas")
def test_a_name_of_several_districts_is_asked_back_and_waits_with_the_province() -> None:
    assert sms(f"{BUSHRA} کراچی") == "which PK702"
    assert [row["area_code"] for row in interest_list.list_interests()] == ["PK7"]
    assert "شرقی" in answer_text("which PK702", "ur") and "East" in answer_text("which PK702", "en")
    assert sms("sharqi") == "district"
    assert [row["area_code"] for row in interest_list.list_interests()] == ["PK704"]
    assert sms("Karachi") == "how", "what is settled stays"
    assert [row["area_code"] for row in interest_list.list_interests()] == ["PK704"]


@pytest.mark.usefixtures("areas")
def test_which_district_is_asked_alike_of_the_registered_and_of_anybody() -> None:
    registered(head={"cnic": BUSHRA})
    assert sms(f"{BUSHRA} Karachi", sender="+923009998887") == "which PK702"
    assert Interest.objects.count() == 0


@pytest.mark.usefixtures("areas")
def test_the_same_message_twice_is_one_message() -> None:
    assert sms(BUSHRA, message_id="same") == "ask_district"
    assert sms(BUSHRA, message_id="same") == ""
    assert IncomingMessage.objects.count() == Interest.objects.count() == 1


@pytest.mark.usefixtures("areas")
def test_what_is_no_cnic_is_told_how() -> None:
    assert sms("salam, register me") == "how"
    assert sms("01234-123456-1") == "digits"
    assert sms("stop") == "nothing"
    assert Interest.objects.count() == 0


@pytest.mark.usefixtures("areas")
def test_who_asked_may_take_it_back_and_nobody_else() -> None:
    sms(BUSHRA)
    assert sms("band", sender="+923009998887") == "nothing"
    assert sms("بند") == "withdrawn"
    assert Interest.objects.get().state == "withdrawn"
    assert sms(BUSHRA) == "ask_district", "and may ask anew"


@pytest.mark.usefixtures("areas")
def test_whoever_registers_the_person_closes_the_request_wherever_it_waits(officer: Callable[..., Any]) -> None:
    sms(f"{BUSHRA} Bagh")
    with acting_as(officer_id=officer(areas=[LAYYAH]).pk):
        assert interest_list.list_interests() == [], "it waits in another district"
        person = registered().person_ids[0]
    with acting_as_system(reason="test"):
        closed = Interest.objects.get()
        assert (closed.state, closed.person_id, closed.area_code) == ("registered", person, BAGH)
        assert interest_list.list_interests() == []


@pytest.mark.usefixtures("areas")
def test_only_the_telephone_on_the_record_learns_that_somebody_is_registered() -> None:
    registered()
    assert sms(BUSHRA, sender="+923001234567") == "registered"
    assert sms(BUSHRA, sender="+923009998887") == "ask_district", "a stranger hears what everybody hears"
    assert Interest.objects.count() == 0


@pytest.mark.usefixtures("areas")
def test_one_telephone_cannot_fill_the_list() -> None:
    for number in range(interests.MOST_OPEN_FOR_A_TELEPHONE):
        assert sms(f"0{number:012d} Layyah") == "received"
    assert sms("0999999999999 Layyah") == "too_many"
    assert sms("0999999999999 Layyah", sender="+923009998887") == "received"


@pytest.mark.usefixtures("areas")
def test_no_word_of_a_message_and_no_open_number_is_kept() -> None:
    sms(f"{BUSHRA} Layyah")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(x, ' ') FROM (SELECT row_to_json(i)::text AS x FROM registration_interest i "
            "UNION ALL SELECT row_to_json(m)::text FROM registration_incomingmessage m "
            "UNION ALL SELECT act || subject || details::text FROM journal_entry) AS everything"
        )
        text = cursor.fetchone()[0]
    for value in ("0123412345671", BUSHRA, "3001112223", "Layyah"):
        assert value not in text


def test_a_registrar_takes_a_request_up_and_sees_whom_to_call(officer: Callable[..., Any], areas: None) -> None:
    sms(f"{BUSHRA} Layyah")
    number = Interest.objects.get().pk
    first, second = officer(areas=[LAYYAH]), officer(areas=[LAYYAH])
    with acting_as(officer_id=first.pk):
        taken = interest_list.take_up(interest_id=number)
        assert (taken.cnic, taken.mobile) == ("0123412345671", "03001112223")
        assert interest_list.take_up(interest_id=number) == taken
    with acting_as(officer_id=second.pk), pytest.raises(Refusal, match="REG-130"):
        interest_list.take_up(interest_id=number)
    with acting_as(officer_id=officer(desk="finance").pk), pytest.raises(Refusal, match="OFF-002"):
        interest_list.take_up(interest_id=number)
    with acting_as(officer_id=first.pk):
        interest_list.move_interest(interest_id=number, state="waiting")
    with acting_as(officer_id=second.pk):
        interest_list.take_up(interest_id=number)
        interest_list.move_interest(interest_id=number, state="withdrawn")
        with pytest.raises(Refusal, match="REG-130"):
            interest_list.take_up(interest_id=number)


def test_a_request_without_a_district_is_seen_by_the_whole_country_only(
    officer: Callable[..., Any], areas: None
) -> None:
    sms(BUSHRA)
    number = Interest.objects.get().pk
    here, everywhere = officer(areas=[LAYYAH]), officer()
    with acting_as(officer_id=here.pk):
        assert interest_list.list_interests() == []
    with acting_as(officer_id=everywhere.pk):
        with pytest.raises(Refusal, match="REG-131"):
            interest_list.give_area(interest_id=number, area_code="PK999")
        interest_list.give_area(interest_id=number, area_code=LAYYAH)
    with acting_as(officer_id=here.pk):
        assert len(interest_list.list_interests()) == 1
        assert interest_list.interests_by_area() == [{"area": LAYYAH, "waiting": 1, "taken_up": 0, "oldest": 0}]


class Gateway:
    """Takes messages, unless it is down."""

    def __init__(self) -> None:
        self.sent: dict[str, tuple[str, str]] = {}
        self.down = False

    def send(self, *, key: str, mobile: str, text: str) -> Accepted:
        if self.down:
            raise GatewayDown("down")
        self.sent[key] = (mobile, text)
        return Accepted(key)


@pytest.mark.usefixtures("areas")
def test_an_answer_waits_out_a_gateway_that_is_down_and_is_sent_once() -> None:
    gateway = Gateway()
    sms("mera number 01234-1234567-1 hai")
    gateway.down = True
    assert interests.send_answers(gateway=gateway) == {"sent": 0, "waiting": 1}
    gateway.down = False
    assert interests.send_answers(gateway=gateway) == {"sent": 1, "waiting": 0}
    assert interests.send_answers(gateway=gateway) == {"sent": 0, "waiting": 0}
    ((mobile, text),) = gateway.sent.values()
    assert mobile == "03001112223"
    assert text.startswith("Mazdoor: aap ka number mil gaya. Ab apne zila ka naam bhejein.")
    assert IncomingMessage.objects.get().mobile_encrypted is None, "the number was needed for the answer only"
