"""Requests by message: the registrar's list of who asked by SMS to be registered."""
