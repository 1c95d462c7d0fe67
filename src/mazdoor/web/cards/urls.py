"""Addresses of the public page of cards: the only ones of cards that need no sign-in."""

from django.urls import path

from mazdoor.web.cards import public

app_name = "cards"

urlpatterns = [
    path("", public.page, name="check"),
    path("keys.<slug:form>", public.key_set, name="keys"),
    path("status/<int:number>", public.status_list, name="status"),
]
