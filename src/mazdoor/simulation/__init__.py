"""Simulation: what a change of the law would cost and whom it would reach, before it binds.

Question   what would this reform cost, who gains or loses by it, and what does it do to poverty?
Takes      a policy, a reform of it (YAML), one frozen snapshot (of a register, a survey or invented people), a date
Gives      cost by year and payer; reached, gained and lost by group; poverty, inequality and concentration; leakage and
           undercoverage against a stated benchmark; overlap; adequacy; the threshold that meets a budget
States     none: it computes and never decides

What a figure rests on, and what it cannot show, is part of every answer. No Django, no database, no loop over persons.
"""

from __future__ import annotations

from mazdoor.simulation.asking import Question, SimulationError
from mazdoor.simulation.comparing import Comparison, Line, compare
from mazdoor.simulation.matching import Matches, check_condition, count_matching
from mazdoor.simulation.reforms import Reform, read_reform, read_reform_text, shipped_reforms
from mazdoor.simulation.report import Report
from mazdoor.simulation.simulating import simulate

__all__ = [
    "Comparison",
    "Line",
    "Matches",
    "Question",
    "Reform",
    "Report",
    "SimulationError",
    "check_condition",
    "compare",
    "count_matching",
    "read_reform",
    "read_reform_text",
    "shipped_reforms",
    "simulate",
]
