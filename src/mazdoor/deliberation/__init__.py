"""Deliberation: draft rules and reports before all stakeholders, and what they said.

Takes   a draft (a rule, a parameter, a report) and the bodies invited to comment.
Gives   inputs, answers to them, and the enacted or published text.

Nothing is built here yet beyond the room itself; it stands beside the chain and will use rules, simulation and
reporting, never the other way round.
"""
