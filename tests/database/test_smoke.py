import pytest
from django.db import connection
from mazdoor.journal.services import record
from mazdoor.kernel.refusals import Refusal


def test_django_signs_in_as_the_application_role(system):
    with connection.cursor() as c:
        c.execute("select current_user, current_database()")
        assert c.fetchone()[0] == "mazdoor_app"
    assert record(act="a.b.c", subject="x:1") > 0


@pytest.mark.django_db(transaction=True)
def test_b(officer):
    from mazdoor.access.services import acting_as

    o = officer(desk="finance", areas=["PK6"])
    with acting_as(officer_id=o.pk):
        record(act="a.b.c", subject="x:1")


@pytest.mark.django_db
def test_c():
    from mazdoor.access.models import Officer

    assert not Officer.objects.exists()
    with pytest.raises(Refusal):
        record(act="a.b.c", subject="x:1")


def test_d(fresh_database):
    with fresh_database.connect() as c:
        c.execute("select 1")
