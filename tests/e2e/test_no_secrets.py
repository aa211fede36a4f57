"""Nothing that gpucheck writes holds a secret, wherever one is: every command, every format."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gpucheck.model.choices import Ci, Format
from tests.beds.hook import HookDocker, hook_docker
from tests.beds.images import CUDA_VARIABLES
from tests.e2e.canaries import HELPED, OVER, SECRETS, USER, lay_out, leaks_in, user_environment, user_files
from tests.fakes import libraries
from tests.fakes.compute_probe import cross_compiled
from tests.fakes.registry import RunningRegistry
from tests.fakes.requirement import program

LOCAL = "local-app"
CONFIG = {
    "architecture": "amd64",
    "os": "linux",
    "config": {
        "Env": [
            "CUDA_VERSION=12.4.1",
            f"AWS_SECRET_ACCESS_KEY={SECRETS['image_env']}",
            f"NOTE={SECRETS['image_env']}",
        ],
        "Labels": {"token": SECRETS["image_label"]},
    },
    "history": [{"created_by": f"ENV TOKEN={SECRETS['image_env']}"}],
    "rootfs": {"type": "layers", "diff_ids": []},
}
FORMATS = tuple(form.value for form in Format)


class Host:
    """A machine full of secrets, with Docker and a registry; ``gpucheck`` is run on it in a mount namespace."""

    def __init__(self, folder: Path, bed: HookDocker, registry: RunningRegistry) -> None:
        self.work, self.home = folder / "project", folder / "home"
        self._folder, self._endpoint, self._number = folder, bed.endpoint, itertools.count()
        for place in (self.work, self.home, folder / "layers"):
            place.mkdir()
        port = registry.port
        self.images = [
            f"127.0.0.1:{port}/team/app:1",
            f"localhost:{port}/team/app:1",
            f"127.0.0.2:{port}/team/app:1",
            LOCAL,
        ]
        user_files(
            self.home, self.work, *(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "127.0.0.2"))
        )
        lay_out(folder)
        self._environment = user_environment(self.home, **libraries.environment("h100x8", bed.folder))
        self._environment["PATH"] = f"{self.home / 'bin'}:{self._environment['PATH']}"

    def gpucheck(
        self,
        *arguments: str,
        engine: bool = True,
        stdin: str = "",
        code: int = 0,
        more: dict[str, str] | None = None,
    ) -> str:
        """Run a command, assert that it leaks nothing, and return what it wrote to stdout."""
        env = {**self._environment, **(more or {}), **({"DOCKER_HOST": self._endpoint} if engine else {})}
        inside = ["sh", "-c", OVER, "over", str(self._folder), str(self._folder / "layers")]
        done = subprocess.run(
            [program("unshare"), "--mount", *([] if engine else ["--pid", "--fork"]), *inside, sys.executable, "-m", "gpucheck", *arguments],
            cwd=self.work, env=env, input=stdin, capture_output=True, text=True, timeout=120,
            check=False,
        )  # fmt: skip
        expected = {code} if code else {0, 1, 3, 2 * ("nagios" in arguments)}
        assert done.returncode in expected, (arguments, done.returncode, done.stderr)
        assert list(leaks_in(done.stdout + done.stderr)) == [], arguments
        self.assert_nothing_written()
        return done.stdout

    def assert_nothing_written(self) -> None:
        """Assert that no file of the project holds a secret, but for those that were planted."""
        for path in self.work.rglob("*"):
            if path.is_file() and path.name not in {".env", "run.env"}:
                assert list(leaks_in(path.read_text(errors="replace"))) == [], path.name


@pytest.fixture(scope="module")
def bed() -> Iterator[HookDocker]:
    cross_compiled()
    proxy = f"http://{USER}:{SECRETS['dockerd_environment']}@proxy.example:3128"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", proxy)
        patch.setenv("HTTPS_PROXY", proxy)
        with hook_docker("h100x8") as running:
            running.cli.import_images(running.folder)
            secret = {"HF_TOKEN": SECRETS["local_image_env"], "NOTE": SECRETS["local_image_env"]}
            running.cli.import_image(running.folder / "glibc.tar", LOCAL, {**CUDA_VARIABLES, **secret})
            yield running


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRegistry]:
    folder = tmp_path_factory.mktemp("registry")
    with (folder / "users").open("wb") as users:
        for user, secret in ((USER, "docker_auth"), (HELPED, "docker_helper")):
            subprocess.run([program("htpasswd"), "-Bbn", user, SECRETS[secret]], stdout=users, check=True)
    auth = {"auth": {"htpasswd": {"realm": "test", "path": str(folder / "users")}}}
    with RunningRegistry(folder, auth, user=(USER, SECRETS["docker_auth"])) as running:
        running.push_image("team/app", "1", CONFIG)
        yield running


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory, bed: HookDocker, registry: RunningRegistry) -> Host:
    return Host(tmp_path_factory.mktemp("host"), bed, registry)


def test_the_secrets_are_where_gpucheck_looks(host: Host) -> None:
    """What follows would hold of a gpucheck that sees nothing."""
    images = json.loads(host.gpucheck("image", *host.images, "--format", "json"))["images"]
    assert [image["need"]["source"] for image in images] == ["registry", "registry", "none", "engine"]
    assert images[0]["need"]["secrets"] == ["AWS_SECRET_ACCESS_KEY"]
    assert images[3]["need"]["secrets"] == ["HF_TOKEN"]
    assert (host.home / "helper-was-asked").exists()
    facts = json.loads(host.gpucheck("snapshot", engine=False))
    assert "nvidia.NVreg_X=1" in facts["platform"]["kernel_command_line"]["known"]
    assert "rd.luks.key=…" in facts["platform"]["kernel_command_line"]["known"]
    text = json.dumps(facts)
    for name in (
        "log-opts",
        "proxies",
        "--log-opt",
        "/etc/cdi/nvidia.json",
        "libnvidia-container/stable/deb",
        "/etc/containerd/config.toml",
    ):
        assert name in text, name
    assert facts["nvml"]["gpus"]["known"]


def test_the_reader_finds_them_in_every_form() -> None:
    from base64 import b64encode

    secret = SECRETS["docker_auth"]
    for text in (
        f"x{secret}y",
        secret[:9] + "\n      " + secret[9:],
        b64encode(f"{USER}:{secret}".encode()).decode(),
    ):
        assert list(leaks_in(text)) == ["docker_auth"]


@pytest.mark.parametrize("form", FORMATS)
def test_doctor_and_image(host: Host, form: str) -> None:
    wanted = [word for image in host.images for word in ("--image", image)]
    for engine in (True, False):
        host.gpucheck("doctor", "-v", "--format", form, *wanted, engine=engine)
    host.gpucheck("doctor", "--format", form, "-o", f"report.{form}", *wanted)
    host.gpucheck("image", "-v", "--format", form, *host.images)


@pytest.mark.parametrize("form", ["terminal", "json", "markdown", "junit"])
def test_run(host: Host, form: str) -> None:
    given = ("--env", f"TOKEN={SECRETS['run_env']}", "--env-file", "run.env", "--format", form)
    said = host.gpucheck("run", "--image", LOCAL, *given, "--", "true")
    assert "8" in said
    host.gpucheck("run", "--image", LOCAL, *given, "--", "no-such-program")
    for image in host.images[:3]:
        host.gpucheck("run", "--image", image, *given)
    host.gpucheck("doctor", "--run", "--image", LOCAL, "--format", form)


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_how_gpus_would_come_in(host: Host, form: str) -> None:
    for engine in (True, False):
        host.gpucheck(
            "run", "--explain-path", "--env", f"TOKEN={SECRETS['run_env']}", "--format", form, engine=engine
        )


@pytest.mark.parametrize("ci", [ci.value for ci in Ci])
def test_preflight(host: Host, ci: str) -> None:
    files = {name: str(host.work / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    for run in ((), ("--run",)):
        host.gpucheck("preflight", "--ci", ci, "--junit", "junit.xml", "--image", LOCAL, *run, more=files)
    assert (host.work / "junit.xml").exists()


def test_snapshots_plans_and_what_is_judged_from_them(host: Host) -> None:
    for engine in (True, False):
        whole = host.gpucheck("snapshot", engine=engine)
        redacted = host.gpucheck("snapshot", "--redact", engine=engine)
        for text in (whole, redacted):
            host.gpucheck("doctor", "--from", "-", "-v", stdin=text)
        for form in ("text", "shell", "ansible", "json"):
            host.gpucheck("fix", "--format", form, engine=engine)
        host.gpucheck("contract", "init", "-o", "-", engine=engine)
    host.gpucheck("contract", "init", "--force")
    host.gpucheck("facts")
    host.gpucheck("suggest", "--family", "nvidia/cuda")
    (host.work / "gpucheck.toml").unlink()


def test_explain_says_nothing_of_what_is_around_the_line_that_it_knows(host: Host) -> None:
    own = host.gpucheck("doctor", "-v") + host.gpucheck("snapshot", engine=False)
    known = "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus."
    around = f"export TOKEN={SECRETS['environment']}\n{known}\npassword: {SECRETS['environment']}\n"
    for form in ("terminal", "json", "markdown"):
        host.gpucheck("explain", "--log", "-", "--format", form, stdin=own)
        assert "79" in host.gpucheck("explain", "--log", "-", "--format", form, stdin=around)


@pytest.mark.parametrize("scheme", ["", "https://"])
def test_errors_name_the_thing_and_not_its_secret(host: Host, scheme: str) -> None:
    login = f"{scheme}{USER}:{SECRETS['reference']}@"
    for command in (["image"], ["doctor", "--image"], ["run", "--image"], ["preflight", "--image"]):
        said = host.gpucheck(*command, f"{login}r.example:5000/team/app:1", code=2)
        assert said == "", command
    host.gpucheck("contract", "check", "-", code=2, stdin=f'images = ["{login}r.example/app"]')
