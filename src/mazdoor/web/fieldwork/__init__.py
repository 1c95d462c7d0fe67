"""Fieldwork: the page that fills forms without a network (`app`), and the desk that knows its devices and forms (`desk`)."""
