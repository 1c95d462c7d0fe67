"""Minimum wages as policy states them, in the form this room joins."""

from __future__ import annotations
