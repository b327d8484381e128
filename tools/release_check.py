"""Whether a release may go out: ``python -m tools.release_check [--placeholder] [--tag v0.2.0]``.

Asked: does the changelog begin with this version, its date and a line of text; does the citation name both; do the
links go to its tag; is the address a real one (unless ``--placeholder`` is given); does the tag name the version; is
every change committed. Tests, wheel and site are the part of ``make release-check``, which runs this last.
"""

import argparse
import re
import subprocess
import sys
import tomllib

from tools.repoint_links import ROOT, linking_files, repository

ENTRY = re.compile(r"^## (?P<version>\S+) ?(\((?P<date>\d{4}-\d\d-\d\d)\))?\n+(?P<line>- \S)?", re.MULTILINE)


def findings(*, placeholder_allowed: bool = False, tag: str = "") -> list[str]:
    """What stands in the way of a release, a sentence each; empty if nothing does."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    found = []
    entry = ENTRY.search((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    if entry is None or entry["version"] != version:
        found.append(f"CHANGELOG.md begins with {entry and entry[1]}, pyproject.toml says {version}; write its entry.")
    elif not (entry["date"] and entry["line"]):
        found.append(f"The entry {version} of CHANGELOG.md lacks its date (YYYY-MM-DD) or a line of text; write them.")
    elif f'date-released: "{entry["date"]}"\n' not in citation:
        found.append(f"CITATION.cff has another date than CHANGELOG.md, {entry['date']}; change one of them.")
    if f"version: {version}\n" not in citation:
        found.append(f"CITATION.cff does not say version: {version}; change it, and the date beside it.")
    for path in linking_files():
        tags = set(re.findall(rf"{re.escape(repository())}/(?:blob/)?v(\d[\w.]*)", path.read_text(encoding="utf-8")))
        if tags - {version}:
            found.append(f"{path.name} links to the tag v{min(tags - {version})}; put v{version} there.")
    if repository().startswith("your") and not placeholder_allowed:
        found.append(
            "The address is the placeholder; run python -m tools.repoint_links https://github.com/OWNER/NAME first."
        )
    if tag and tag != f"v{version}":
        found.append(f"The tag is {tag}, the version {version}; tag v{version} instead.")
    changes = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    if changes.returncode:
        found.append("This is no clone of the repository; a release is made from one.")
    if changes.stdout.strip():
        found.append("There are uncommitted changes; commit them, or a release would not hold what was tested.")
    return found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.release_check")
    parser.add_argument("--placeholder", action="store_true", help="allow the placeholder address (a dry run)")
    parser.add_argument("--tag", default="", help="the tag that is released")
    given = parser.parse_args()
    found = findings(placeholder_allowed=given.placeholder, tag=given.tag)
    print("\n".join(found) or "Version, changelog, citation, address and tree agree.")
    sys.exit(bool(found))
