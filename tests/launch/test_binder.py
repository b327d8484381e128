"""What mybinder.org would do with this repository, asked of repo2docker, without Docker: ``make test-launch``."""

from pathlib import Path

from repo2docker.buildpacks.python import PythonBuildPack

ROOT = Path(__file__).parents[2]


def test_binder_would_build_what_we_mean(monkeypatch):
    monkeypatch.chdir(ROOT)
    pack = PythonBuildPack("buildpack-deps:24.04")
    pack.platform = "linux/amd64"
    assert pack.detect()
    assert (ROOT / "binder/runtime.txt").read_text().strip() == f"python-{pack.python_version}"
    dockerfile = pack.render()
    pins, sources = dockerfile.index("binder/requirements.txt"), dockerfile.index("COPY --chown=1000:1000 src/ ")
    assert pins < sources < dockerfile.index("binder/postBuild")
