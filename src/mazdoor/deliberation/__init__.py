"""Deliberation: what would the law be, and what do all who are concerned say of it?

Takes   a change of a programme's rule (a reform in YAML), tried over the newest snapshot; its author.
Gives   DraftRule: the text, and what the simulation found on which snapshot, so that it can be repeated.
States  draft → withdrawn.

First form: a reform is tried and kept as a draft. It uses rules and simulation over frozen, pseudonymous snapshots and never
the live register; nothing here changes what is paid. Circulation to the provinces, inputs and answers come later.
"""
