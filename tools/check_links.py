"""Asks every address that the pages and notebooks link to whether it is still there: ``python -m tools.check_links``.

Links into this repository itself are left out (a test holds them together), and examples that lead nowhere.
"""

import re
import sys
import urllib.error
import urllib.request
from http.client import HTTPException
from pathlib import Path

from tools.repoint_links import linking_files, repository

ADDRESS = re.compile(r"https?://[^\s\"'<>()\[\]\\`]+[\w/]")
EXAMPLES = ("OWNER/NAME", "YOUR.HUB", "127.0.0.1")


def addresses(paths: list[Path]) -> dict[str, str]:
    """Each address in the files, with the name of a file that has it."""
    left_out = (repository(), *EXAMPLES)
    return {
        address: path.name
        for path in paths
        for address in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if not any(part in address for part in left_out)
    }


def trouble(address: str) -> str:
    """Why an address cannot be had, in a word or two; empty if it can. Busy or shy servers count as there."""
    request = urllib.request.Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})
    try:
        urllib.request.urlopen(request, timeout=20).close()
    except urllib.error.HTTPError as error:
        return f"answers {error.code}" if error.code in (404, 410) else ""
    except (OSError, HTTPException) as error:
        return f"cannot be reached ({error})"
    return ""


if __name__ == "__main__":
    broken = [
        f"{name}: {address} {why}" for address, name in addresses(linking_files()).items() if (why := trouble(address))
    ]
    sys.exit("\n".join(broken) if broken else 0)
