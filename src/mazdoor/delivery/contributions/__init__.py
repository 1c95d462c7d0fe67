"""Contributions: what has been paid in for them?

Takes   contributions of employers and workers, spells of months on one declared wage; deposits into matched savings.
Gives   the statement of a worker: insured months and years by the Act's own counting, and savings with their match.
States  a spell is recorded; a correction ends its recorded time and adds another.

Histories are spells, never one row a month.
"""
