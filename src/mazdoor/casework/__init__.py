"""Casework: grievances, appeals, changes and exits. It may open any room's door.

Takes   a grievance, an appeal against a decision, or a finding of the system that needs a person.
Gives   a case with its answer, and the act that follows from it in the room concerned.
States  opened → answered (upheld, dismissed or settled).
"""
