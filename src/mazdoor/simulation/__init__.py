"""Simulation: what a change of the law would cost and whom it would reach, before it binds.

Question   what would this reform cost, and who gains or loses by it?
Takes      two policies (as they stand, and with the reform), one programme, one frozen snapshot, a date
Gives      cost and coverage of both, and the units that gain, lose, or stay open between them; in all and by category
States     none: it computes and never decides

First form: cost and coverage. Unweighted counts of the snapshot's own units; nothing is extrapolated. No Django, no database.
"""

from __future__ import annotations

from mazdoor.simulation.comparing import Comparison, Line, compare

__all__ = ["Comparison", "Line", "compare"]
