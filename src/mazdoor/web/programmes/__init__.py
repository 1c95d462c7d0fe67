"""Programmes: the rule in words with its provisions, how many qualify and why others do not, and the money."""
