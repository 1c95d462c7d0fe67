"""What is called impossible never happens: generated rules, run on populations that stand on their boundaries."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from hypothesis import HealthCheck, given, seed, settings
from tests.rules.generated import Sample, law, samples
from tests.rules.small import AT

from mazdoor.rules.engines.reference import Evaluator, Fault, Value
from mazdoor.rules.language import typed
from mazdoor.rules.mistakes.possible import NOTHING_HELD, Possibilities, Possible


def lies_in(value: Value, possible: Possible) -> bool:
    """Whether a value is one of those held possible."""
    if value is None:
        return possible.unknown
    if not possible.known:
        return False
    if isinstance(value, bool):
        return possible.yes if value else possible.no
    if isinstance(value, str):
        return possible.codes is None or value in possible.codes
    low, high = possible.low, possible.high
    assert isinstance(value, Fraction | date)
    return (low is None or low <= value) and (high is None or value <= high)


@seed(20240229)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(samples(most_rules=2))
def test_no_formula_has_a_value_that_was_held_impossible(sample: Sample) -> None:
    policy_set = law(sample.rules)
    possible = Possibilities(policy_set.definitions, policy_set.parameters)
    evaluator = Evaluator(policy_set, sample.facts, at=AT)
    for (entity, name), definition in policy_set.definitions.items():
        nodes = _own_nodes(definition.formula)
        for row in evaluator.tables[entity]:
            for node in nodes:
                try:
                    value = evaluator.value(entity, node, row)
                except Fault:
                    continue
                assert lies_in(value, possible.of(node)), (name, node)
                if isinstance(node.type, typed.YesNo) and isinstance(value, bool):
                    held = possible.where(node, value, NOTHING_HELD)
                    assert held is not None, (name, node)
                    for term, narrowed in held.terms.items():
                        assert lies_in(evaluator.value(entity, term, row), narrowed), (name, node, term)


def _own_nodes(node: typed.Expression) -> list[typed.Expression]:
    """The nodes that are evaluated in the row itself: what stands inside an aggregate belongs to other rows."""
    if isinstance(node, typed.Gathered):
        return [node]
    return [node, *(each for child in typed.children(node) for each in _own_nodes(child))]
