"""The most memory this process held. Needs Linux.

Not ``ru_maxrss``: a process started by a large one inherits that figure from it.
"""

from __future__ import annotations

import re
from pathlib import Path


def peak_mb() -> int:
    """Megabytes of the high-water mark of this process alone."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found.group(1)) // 1024
