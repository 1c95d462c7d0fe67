"""Link any file of people: columns recognised, pairs weighed, groups formed, and measured where the truth is known.

- question: which rows of these files, whose columns we have never seen, are one person?
- takes: one or two CSV or Parquet files; what a column holds may be told, else it is found out
- gives: pairs with a weight for each field, groups of rows, and precision, recall and F1 where a truth column is named
- never: needs to be told which file it is; uses the truth for anything but measuring

`columns` (what does a column hold) · `cleaning` (one form for each kind) · `levels` (how alike two values are) · `keys`
(which pairs to compare) · `learning` (Splink compares; what the levels are worth is learnt) · `groups` (from pairs to
persons) · `measuring` · `linking` (the run). The register's own linkage (`mazdoor.matching.link`) knows these names, kin
and sealed numbers better; this one knows nothing beforehand.
"""

from mazdoor.matching.files.columns import Kind, UnknownColumn
from mazdoor.matching.files.linking import FileLinkResult, link_files

__all__ = ["FileLinkResult", "Kind", "UnknownColumn", "link_files"]
