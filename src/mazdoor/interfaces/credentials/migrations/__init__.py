"""Migrations of registry cards."""
