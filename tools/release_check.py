"""Whether a release may go out: ``python -m tools.release_check [--placeholder]``, run by ``make release-check``.

Asked: does the changelog begin with this version, does the citation name it, is the address a real one (unless
``--placeholder`` is given), does the tree have no uncommitted change. Tests, wheel and site are the Makefile's part.
"""

import re
import subprocess
import sys
import tomllib

from tools.repoint_links import ROOT, repository


def findings(*, placeholder_allowed: bool = False) -> list[str]:
    """What stands in the way of a release, a sentence each; empty if nothing does."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    found = []
    entry = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    if entry is None or entry[1] != version:
        found.append(f"CHANGELOG.md begins with {entry and entry[1]}, pyproject.toml says {version}; write its entry.")
    if f"version: {version}\n" not in (ROOT / "CITATION.cff").read_text(encoding="utf-8"):
        found.append(f"CITATION.cff does not say version: {version}; change it, and the date beside it.")
    if repository().startswith("your") and not placeholder_allowed:
        found.append(
            "The address is the placeholder; run python -m tools.repoint_links https://github.com/OWNER/NAME first."
        )
    changes = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    if changes.stdout.strip():
        found.append("There are uncommitted changes; commit them, or a release would not hold what was tested.")
    return found


if __name__ == "__main__":
    found = findings(placeholder_allowed="--placeholder" in sys.argv)
    print("\n".join(found) or "Version, changelog, citation, address and tree agree.")
    sys.exit(bool(found))
