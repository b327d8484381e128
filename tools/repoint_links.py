"""Points every link of the unit at a repository: ``python -m tools.repoint_links https://github.com/OWNER/NAME``.

The address stands in one place, ``[project.urls]`` in pyproject.toml. Badges, notebooks and the citation have to
spell it out; this command rewrites them all, and a test fails when one disagrees.
"""

import re
import sys
from pathlib import Path

from tools import ROOT, project

ADDRESS = r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?"


def repository() -> str:
    """The repository's OWNER/NAME, from pyproject.toml."""
    return project()["urls"]["Repository"].removeprefix("https://github.com/")


def linking_files() -> list[Path]:
    """The files that may hold a link to the repository: its pages, notebooks, settings and workflows."""
    patterns = ("*.md", "*.cff", "*.toml", "*.yml", "docs/**/*.md", "notebooks/*.ipynb", ".github/**/*.*")
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


if __name__ == "__main__":
    address = re.fullmatch(ADDRESS, sys.argv[1])
    if address is None:
        sys.exit(f"expected an address such as https://github.com/OWNER/NAME, got {sys.argv[1]}")
    old, new = repository().encode(), address[1].encode()
    for path in linking_files():
        content = path.read_bytes()  # the line ends stay as they are
        if old in content:
            path.write_bytes(content.replace(old, new))
            print(path.relative_to(ROOT))
