"""Scorecards: points for what is seen of a household, added up.

``written_out``: a scorecard document as parameters and definitions, so that every engine runs it. ``fitting``: points from a
survey with a welfare variable, with honest errors. ``writing``: the fitted points as a policy file.
"""
