"""Points every link of the unit at a repository: ``python -m tools.repoint_links https://github.com/OWNER/NAME``.

The address stands in one place, ``[project.urls]`` in pyproject.toml. Badges, notebooks and the citation have to
spell it out; this command rewrites them all, and a test fails when one disagrees.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")
# The services that open a repository on GitHub, each followed by OWNER/NAME.
LINK = re.compile(
    r"(?:(?<!/)github\.com/|mybinder\.org/v2/gh/|colab\.research\.google\.com/github/|nbviewer\.org/github/"
    r"|nbviewer\.org/urls/github\.com/)([\w.-]+/[\w-]+(?:\.[\w-]+)*?)(?=\.git\b|[/?#@)\"'\s\\>]|$)"
)


def repository() -> str:
    """The repository's OWNER/NAME, from pyproject.toml."""
    address = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
    return slug_of(address)


def slug_of(address: str) -> str:
    """The OWNER/NAME of a GitHub address; ValueError for anything else."""
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ValueError(f"expected an address such as https://github.com/OWNER/NAME, got {address!r}")
    return match.group(1)


def linking_files() -> list[Path]:
    """The files that may hold a link to the repository: its pages, notebooks, settings and workflows."""
    patterns = ("*.md", "*.cff", "*.toml", "*.yml", "docs/**/*.md", "notebooks/*.ipynb", ".github/**/*.*")
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def repoint(old: str, new: str) -> list[Path]:
    """The files in which OWNER/NAME ``old`` was replaced by ``new``."""
    changed = []
    for path in linking_files():
        content = path.read_bytes()  # the line ends stay as they are
        if old.encode() in content:
            path.write_bytes(content.replace(old.encode(), new.encode()))
            changed.append(path)
    return changed


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tools.repoint_links https://github.com/OWNER/NAME")
    try:
        new_slug = slug_of(sys.argv[1])
    except ValueError as error:
        sys.exit(str(error))
    for rewritten in repoint(repository(), new_slug):
        print(rewritten.relative_to(ROOT))
