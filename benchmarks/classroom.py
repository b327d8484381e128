"""What a class costs on one machine, N learners on a JupyterHub at once: `python -m benchmarks.classroom 5`."""

import asyncio
import json
import os
import secrets
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
import psutil
from aiohttp import ClientSession, ClientTimeout, ClientWebSocketResponse
from jupyterhub.utils import random_port

from benchmarks.report import Row, no_more, page
from tools import ROOT, npm

LESSON = ROOT / "notebooks" / "calculus.ipynb"
PROXY = "configurable-http-proxy@5.3.0"
SCOPES = ["admin:users", "admin:servers", "access:servers"]
PATIENCE = 600  # seconds for a learner's lesson


def measure(learners: int = 5) -> list[Row]:
    """How long each learner waits and what she takes."""
    token = secrets.token_hex()
    with tempfile.TemporaryDirectory() as home, running_hub(Path(home), token) as address:
        results = asyncio.run(teach(address, token, learners))
    failures = [repr(result) for result in results if isinstance(result, BaseException)]
    rows = [no_more(f"failures of {learners}", len(failures), 0, "; ".join(failures[:1]))]
    if not failures:
        start, run, memory = zip(*results, strict=True)
        rows += [
            no_more("memory a learner, MB", statistics.median(memory), 400, f"most {max(memory):.0f}"),
            Row("her server's start, s", statistics.median(start), "", None, f"slowest {max(start):.1f}"),
            Row("kernel's start and lesson, s", statistics.median(run), "", None, f"slowest {max(run):.1f}"),
        ]
    return rows


async def teach(address: str, token: str, learners: int) -> list[tuple[float, ...] | BaseException]:
    """Every learner's lesson, or what went wrong with it."""
    sources = [cell.source for cell in nbformat.read(LESSON, as_version=4).cells if cell.cell_type == "code"]
    headers, timeout = {"Authorization": f"token {token}"}, ClientTimeout(PATIENCE)
    async with ClientSession(address, headers=headers, timeout=timeout, raise_for_status=True) as hub:
        lessons = (asyncio.wait_for(learn(hub, f"learner-{k}", sources), PATIENCE) for k in range(learners))
        return await asyncio.gather(*lessons, return_exceptions=True)


async def learn(hub: ClientSession, name: str, sources: list[str]) -> tuple[float, ...]:
    """Seconds until her server is ready, seconds from there until the lesson has run, and megabytes at its end."""
    begun, user = time.perf_counter(), f"/hub/api/users/{name}"
    await ask(hub, "POST", user)
    await ask(hub, "POST", f"{user}/server")
    while not (server := (await ask(hub, "GET", user))["servers"][""])["ready"]:
        await asyncio.sleep(0.2)
    ready = time.perf_counter()
    kernel = await ask(hub, "POST", f"/user/{name}/api/kernels")
    async with hub.ws_connect(f"/user/{name}/api/kernels/{kernel['id']}/channels", max_msg_size=0) as channels:
        for source in sources:
            await execute(channels, source)
        done, process = time.perf_counter(), psutil.Process(server["state"]["pid"])
        memory = sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 2**20
    return ready - begun, done - ready, memory


async def ask(hub: ClientSession, method: str, path: str) -> Any:
    async with hub.request(method, path) as answer:
        return json.loads(await answer.text() or "null")


async def execute(channels: ClientWebSocketResponse, source: str) -> None:
    """Run one cell, and read all that it puts out; RuntimeError if it fails."""
    header = {"msg_id": secrets.token_hex(), "msg_type": "execute_request", "session": ""}
    content = {"code": source, "silent": False}
    message = {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}
    await channels.send_json(message)
    async for frame in channels:
        answer = json.loads(frame.data) if isinstance(frame.data, str) else {}  # a widget's buffers come as bytes
        if answer.get("parent_header", {}).get("msg_id") != header["msg_id"]:
            continue
        if answer["msg_type"] == "error":
            raise RuntimeError(f"{answer['content']['evalue']} in the cell\n{source}")
        if answer["content"].get("execution_state") == "idle":
            return
    raise RuntimeError("the kernel is gone")


@contextmanager
def running_hub(home: Path, token: str) -> Iterator[str]:
    """The address of a JupyterHub on this machine alone, every file of which is in `home`, while the context lasts."""
    address, inner, api = (f"http://127.0.0.1:{random_port()}" for _ in range(3))
    options = {
        "JupyterHub.bind_url": address,
        "JupyterHub.hub_bind_url": inner,
        "JupyterHub.authenticator_class": "dummy",  # it allows nobody in: the token opens every door
        "JupyterHub.services": [{"name": "class", "api_token": token}],
        "JupyterHub.load_roles": [{"name": "class", "services": ["class"], "scopes": SCOPES}],
        "JupyterHub.spawner_class": "simple",
        "Spawner.cmd": [sys.executable, "-m", "jupyterhub.singleuser", "--allow-root"],
        "Spawner.start_timeout": PATIENCE,
        "Spawner.http_timeout": PATIENCE,
        "SimpleLocalProcessSpawner.home_dir_template": str(home / "{username}"),
        "ConfigurableHTTPProxy.api_url": api,
        "ConfigurableHTTPProxy.command": str(npm(PROXY, home) / "bin/configurable-http-proxy"),
    }
    (home / "jupyterhub_config.py").write_text("".join(f"c.{name} = {value!r}\n" for name, value in options.items()))
    command, environment = [sys.executable, "-m", "jupyterhub"], os.environ | {"HOME": str(home)}
    with (home / "log.txt").open("w") as log:
        hub = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
    try:
        wait_for(f"{address}/hub/api", home / "log.txt")
        yield address
    finally:
        hub.terminate()  # it ends its proxy and the learners' servers
        with suppress(subprocess.TimeoutExpired):
            hub.wait(30)
        for process in psutil.process_iter(["environ"]):
            if str(home) in str(process.info["environ"]):
                with suppress(psutil.NoSuchProcess):
                    process.kill()


def wait_for(url: str, log: Path) -> None:
    for _ in range(300):
        with suppress(OSError):
            return urllib.request.urlopen(url, timeout=1).close()
        time.sleep(0.2)
    sys.exit(f"the hub did not answer in a minute:\n{log.read_text()}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))  # so that the hub is ended too
    print(page([("A class on a JupyterHub", measure(int(sys.argv[1])))]))
