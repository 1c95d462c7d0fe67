"""Learn the model that small registers and the counter begin with: ``python -m benchmarks.starting_model``.

It is learnt from invented people with card numbers and names in wrong boxes, in the half of the spellings that may be
tuned on, and written to ``src/mazdoor/matching/data/starting_model.json``. Run it again after the levels of a comparison, the
skeleton of names or the error model changed; the same code gives the same file.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks.populations import population
from mazdoor.matching.linkage import LinkSettings, link
from mazdoor.matching.model import Model
from mazdoor.synth.linkage import LinkageOrder

TARGET = Path(__file__).resolve().parents[1] / "src/mazdoor/matching/data/starting_model.json"
PERSONS = 100_000
#: Commonest values kept of each field: the counter reads them with every process.
KEPT = 600


def learn(folder: Path) -> Model:
    """The model of these people, without what is theirs alone: how many they are, and who lives together."""
    people = population(LinkageOrder(PERSONS, seed=7, spellings="tuning", cnic=True, hard=True), folder)
    model = link(people, work_dir=folder / "link", settings=LinkSettings()).model
    for column, table in model.frequencies.items():
        common = sorted(table.items(), key=lambda entry: (-entry[1], entry[0]))[:KEPT]
        model.frequencies[column] = dict(common)
        model.frequency_floor[column] = min((share for _, share in common), default=model.frequency_floor[column])
    model.records = 0
    # a register that has taught nothing yet: whoever lives together was seen side by side
    model.same_household_weight = Model(0.0, 0.0).same_household_weight
    return model


def main() -> int:
    """Learn and write."""
    with tempfile.TemporaryDirectory(prefix="mazdoor-model-") as folder:
        learn(Path(folder)).save(TARGET)
    print(f"written: {TARGET.relative_to(TARGET.parents[4])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
