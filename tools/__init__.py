"""What maintainers run."""

import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def project() -> dict[str, Any]:
    """The table ``[project]`` of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def npm(package: str, folder: Path) -> Path:
    """The folder of an npm package such as ``axe-core@4.14.1``, installed somewhere in ``folder``."""
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "install", *options, "--prefix", folder, package], check=True, timeout=600)
    return folder / "node_modules" / package.partition("@")[0]
