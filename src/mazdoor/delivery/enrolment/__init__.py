"""Enrolment: which programme, from when?

Takes   an Assessment (what rules say of facts at a date).
Gives   EligibilityDecision (the authority's act), Enrolment, and a notice either way.
States  enrolled ⇄ paused (protected: no later run undoes a pause) → exited; suspended ⇄ enrolled.

It decides and never computes: the amount, the reason and the clause are the assessment's.
"""
