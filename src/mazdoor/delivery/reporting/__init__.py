"""Reporting: what was done, for whom, under which law, and who is still left out?

Question
    How many informal workers are registered against how many there are; who among the registered is covered by
    nothing; what money went where?
Takes
    The read views of the rooms before it, and published estimates of the Labour Force Survey (each with its source).
Gives
    ReportRun and its Indicator rows, charts and a map as SVG with a sentence and a table, open data with small cells
    withheld, and the read view ``reporting.indicator``.
States
    None. A run is never changed: another day, or other facts, make another run.
"""
