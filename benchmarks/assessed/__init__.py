"""The programme of ``benchmarks/assessment.py``: one realistic rule, written once for us and once for each peer."""
