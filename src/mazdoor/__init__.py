"""Mazdoor: a national registry of informal workers, and the social protection that follows from being on it."""

__version__ = "0.1.0"
