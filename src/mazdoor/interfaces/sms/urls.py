"""The address an SMS gateway calls."""

from django.urls import path

from mazdoor.interfaces.sms import incoming

app_name = "sms"

urlpatterns = [path("sms/incoming/", incoming.incoming, name="incoming")]
