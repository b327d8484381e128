"""Whether a release may go out: ``python -m tools.release_check [--placeholder] [--tag v0.2.0]``.

Asked: does the changelog begin with this version, its date and a line of text; does the citation name both; do the
links go to its tag; is the address a real one (unless ``--placeholder`` is given); does the tag name the version; is
every change committed. Tests, wheel and site are the part of ``make release-check``, which runs this last.
"""

import argparse
import re
import subprocess
import sys

from tools import ROOT, project
from tools.repoint_links import linking_files, repository


def findings(*, placeholder_allowed: bool, tag: str) -> list[str]:
    """What stands in the way of a release, a sentence each; empty if nothing does."""
    version, ours = project()["version"], re.escape(repository())
    citation, changelog = ((ROOT / name).read_text(encoding="utf-8") for name in ("CITATION.cff", "CHANGELOG.md"))
    date = re.search(r'^date-released: "(\d{4}-\d\d-\d\d)"$', citation, re.MULTILINE)
    entry = f"## {version} ({date[1] if date else 'YYYY-MM-DD'})"
    tree = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=False)
    agreements = {
        f"CITATION.cff does not say version: {version}; write it, and the date beside it.": (
            f"\nversion: {version}\n" in citation
        ),
        f"CHANGELOG.md does not begin with {entry} and a line of text; write them, or the date of CITATION.cff.": (
            changelog[changelog.find("## ") :].startswith(f"{entry}\n\n- ")
        ),
        "The address is the placeholder; run python -m tools.repoint_links https://github.com/OWNER/NAME first.": (
            placeholder_allowed or not repository().startswith("your")
        ),
        f"The tag is {tag}, the version {version}; tag v{version} instead.": tag in ("", f"v{version}"),
        "This is no clone of the repository; a release is made from one.": tree.returncode == 0,
        "There are uncommitted changes; commit them, or a release would not hold what was tested.": tree.stdout == "",
    }
    for path in linking_files():
        for linked in re.findall(rf"{ours}/(?:blob/)?v(\d[\w.]*)", path.read_text(encoding="utf-8")):
            agreements[f"{path.name} links to the tag v{linked}; put v{version} there."] = linked == version
    return [finding for finding, agrees in agreements.items() if not agrees]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.release_check")
    parser.add_argument("--placeholder", action="store_true", help="allow the placeholder address (a dry run)")
    parser.add_argument("--tag", default="", help="the tag that is released")
    given = parser.parse_args()
    found = findings(placeholder_allowed=given.placeholder, tag=given.tag)
    print("\n".join(found) or "Version, changelog, citation, address and tree agree.")
    sys.exit(bool(found))
