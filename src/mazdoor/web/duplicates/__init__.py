"""Duplicates: two records side by side with the weight of each field, and a person's decision."""
