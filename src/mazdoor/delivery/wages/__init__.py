"""Wages: were they paid, and at the legal rate?

Takes   wage evidence: what was paid to whom for which month, by month, day, hour or piece.
Gives   WageRecord, the shortfall against the minimum wage in force, to the paisa, with its provision.
States  a record is recorded; a shortfall is found and stands until the evidence or the rate is corrected.

The rate comes from policy (dated twice); the comparison is one set-based statement over all records.
"""
