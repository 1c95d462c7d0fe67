"""Rules: what follows from facts at a date, by the law as it was and as it was known.

Question   what does the law say of these facts?
Takes      policy (YAML, ``mazdoor/policy`` or any folder), frozen facts (Parquet, or rows), a date, and a day of knowledge
Gives      for each unit: eligible (yes, no, unknown), amount, the clause that decided, every clause's outcome
States     none: it computes and never decides

Language (``language/``) → meaning (the typed tree) → engines (``engines/``: reference, right by definition; SQL on DuckDB,
PostgreSQL and Spark).
No Django, no database. Doors:
"""

from __future__ import annotations

from mazdoor.rules.buckets import bucket_snapshot, buckets_for, snapshot_files
from mazdoor.rules.describing import describe
from mazdoor.rules.engines.duckdb import run_duckdb, run_variants
from mazdoor.rules.engines.postgres import CounterRule, counter_rule, run_postgres
from mazdoor.rules.engines.reference import evaluate_reference
from mazdoor.rules.engines.spark import run_spark
from mazdoor.rules.explanation import Explanation, Provenance, explain
from mazdoor.rules.facts import FactsError, arrow_schema, canonical, read_facts, write_snapshot
from mazdoor.rules.loading import load_policies, shipped_folder, shipped_folders
from mazdoor.rules.model import PolicySet
from mazdoor.rules.problems import EngineMissing, PolicyError, RunStopped
from mazdoor.rules.quotas import Standing, apply_quota, apply_quota_to_parquet
from mazdoor.rules.results import Result, RunSummary
from mazdoor.rules.wages import MinimumWage, minimum_wage, minimum_wage_table

__all__ = [
    "CounterRule",
    "EngineMissing",
    "Explanation",
    "FactsError",
    "MinimumWage",
    "PolicyError",
    "PolicySet",
    "Provenance",
    "Result",
    "RunStopped",
    "RunSummary",
    "Standing",
    "apply_quota",
    "apply_quota_to_parquet",
    "arrow_schema",
    "bucket_snapshot",
    "buckets_for",
    "canonical",
    "counter_rule",
    "describe",
    "evaluate_reference",
    "explain",
    "load_policies",
    "minimum_wage",
    "minimum_wage_table",
    "read_facts",
    "run_duckdb",
    "run_postgres",
    "run_spark",
    "run_variants",
    "shipped_folder",
    "shipped_folders",
    "snapshot_files",
    "write_snapshot",
]
