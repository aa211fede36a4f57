"""A secret in every place that gpucheck reads from or looks past, each told from the others by its name."""

import json
import re
import shlex
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tests.cli.runner import environment

# what each place holds; a made-up word, so that no other text has it
NAMES = (
    "environment", "proxy", "api_key", "gpucheck_token", "dotenv", "docker_auth", "docker_helper", "docker_headers",
    "wrong_login", "image_env", "image_label", "local_image_env", "run_env", "run_env_file", "daemon_proxy",
    "daemon_mirror", "daemon_log", "daemon_runtime", "dockerd_environment", "cmdline", "cmdline_init", "unit_env",
    "unit_flag", "unit_file", "apt_source", "apt_auth", "apt_proxy", "toolkit_env", "cdi_env", "podman_env", "podman_registry",
    "containerd_auth", "reference",
)  # fmt: skip
SECRETS = {name: f"zqx{number:02}{name.replace('_', '')}xqz" for number, name in enumerate(NAMES)}
USER, HELPED = "canary", "canary-helped"
# over the host's own: what is laid out below the folder $1, and the command line of the kernel
OVER = """set -e
mount -t tmpfs none "$2"
mkdir "$2/upper" "$2/work"
cp -r "$1/etc/." "$2/upper/"
mount -t overlay -o "lowerdir=/etc,upperdir=$2/upper,workdir=$2/work" overlay /etc
if [ $$ = 1 ]; then mount -t proc proc /proc; fi # in a PID namespace no dockerd is running
mount --bind "$1/cmdline" /proc/cmdline
shift 2
exec "$@"
"""


def lay_out(folder: Path) -> None:
    """Write what stands in /etc and what the kernel was started with."""
    proxy = f"http://{USER}:{SECRETS['daemon_proxy']}@proxy.example:3128"
    daemon = {
        "proxies": {"http-proxy": proxy, "https-proxy": proxy},
        "registry-mirrors": [f"https://{USER}:{SECRETS['daemon_mirror']}@mirror.example"],
        "log-driver": "splunk",
        "log-opts": {"splunk-token": SECRETS["daemon_log"]},
        "runtimes": {
            "nvidia": {"path": "nvidia-container-runtime", "options": {"Token": SECRETS["daemon_runtime"]}}
        },
    }
    unit = (
        f"[Service]\nEnvironment=TOKEN={SECRETS['unit_env']} HTTPS_PROXY=http://{USER}:{SECRETS['unit_env']}@p:1\n"
        "EnvironmentFile=/etc/default/docker\n"
        f"ExecStart=/usr/sbin/dockerd -H fd:// --log-opt splunk-token={SECRETS['unit_flag']} --label x=$TOKEN $OPTIONS\n"
    )
    files = {
        "etc/docker/daemon.json": json.dumps(daemon),
        "etc/systemd/system/docker.service": unit,
        "etc/systemd/system/docker.service.d/proxy.conf": f"[Service]\nEnvironment=NO={SECRETS['unit_env']}\n",
        "etc/default/docker": f"OPTIONS=--http-proxy=http://{USER}:{SECRETS['unit_file']}@p:1\n",
        "etc/apt/sources.list.d/nvidia.list": (
            f"deb https://{USER}:an@{SECRETS['apt_source']}@nvidia.github.io/libnvidia-container/stable/deb/amd64 /\n"
            f"deb https://{USER}:{SECRETS['apt_source']}@mirror.example/libnvidia-container/stable/deb/amd64 /\n"
        ),
        "etc/apt/auth.conf.d/nvidia.conf": f"machine nvidia.github.io login {USER} password {SECRETS['apt_auth']}\n",
        "etc/apt/apt.conf.d/99proxy": f'Acquire::http::Proxy "http://{USER}:{SECRETS["apt_proxy"]}@p:1";\n',
        "etc/nvidia-container-runtime/config.toml": (
            f'[nvidia-container-cli]\nenvironment = ["TOKEN={SECRETS["toolkit_env"]}"]\nldconfig = "@/sbin/ldconfig"\n'
        ),
        "etc/cdi/nvidia.json": json.dumps(_cdi_spec()),
        "etc/containers/containers.conf": f'[containers]\nenv = ["TOKEN={SECRETS["podman_env"]}"]\n',
        "etc/containers/registries.conf": (
            f'[[registry]]\nlocation = "https://{USER}:{SECRETS["podman_registry"]}@r.example"\n'
        ),
        "etc/containerd/config.toml": (
            'version = 2\n[plugins."io.containerd.grpc.v1.cri".registry.configs."r.example".auth]\n'
            f'password = "{SECRETS["containerd_auth"]}"\n'
        ),
        "cmdline": (
            f"BOOT_IMAGE=/vmlinuz root=/dev/sda1 rd.luks.key={SECRETS['cmdline']} "
            f"systemd.setenv=NVIDIA_TOKEN={SECRETS['cmdline']} nvidia.NVreg_X=1 -- token={SECRETS['cmdline_init']}\n"
        ),
    }  # fmt: skip
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _cdi_spec() -> dict[str, object]:
    edits = {"env": [f"TOKEN={SECRETS['cdi_env']}"], "deviceNodes": [{"path": "/dev/nvidia0"}]}
    devices = [{"name": "0", "containerEdits": edits}]
    return {"cdiVersion": "0.5.0", "kind": "nvidia.com/gpu", "devices": devices, "containerEdits": edits}


def user_files(home: Path, work: Path, host: str, helped: str, wrong: str) -> None:
    """Write the user's own: logins for three names of a registry, a credential helper, a .env."""
    logins = {host: SECRETS["docker_auth"], wrong: SECRETS["wrong_login"]}
    auths = {
        name: {"auth": b64encode(f"{USER}:{secret}".encode()).decode()} for name, secret in logins.items()
    }
    config = {
        "auths": auths,
        "credHelpers": {helped: "canary"},
        "HttpHeaders": {"X-T": SECRETS["docker_headers"]},
    }
    (home / ".docker").mkdir(parents=True)
    (home / ".docker" / "config.json").write_text(json.dumps(config))
    answer = json.dumps({"ServerURL": helped, "Username": HELPED, "Secret": SECRETS["docker_helper"]})
    helper = home / "bin" / "docker-credential-canary"
    helper.parent.mkdir()
    helper.write_text(f"#!/bin/sh\ntouch {home}/helper-was-asked\nprintf %s {shlex.quote(answer)}\n")
    helper.chmod(0o755)
    (work / ".env").write_text(f"TOKEN={SECRETS['dotenv']}\n")
    (work / "run.env").write_text(f"TOKEN={SECRETS['run_env_file']}\n")


def user_environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a user who keeps secrets in it."""
    proxy = f"http://{USER}:{SECRETS['proxy']}@proxy.example:3128"
    return environment(
        HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"), MY_PASSWORD=SECRETS["environment"],
        NGC_API_KEY=SECRETS["api_key"], GPUCHECK_TOKEN=SECRETS["gpucheck_token"], HTTP_PROXY=proxy, HTTPS_PROXY=proxy,
        http_proxy=proxy, https_proxy=proxy, **more,
    )  # fmt: skip


def leaks_in(text: str) -> Iterator[str]:
    """Yield the names of the secrets that a text holds: as they are, quoted, or in base64 with their user."""
    joined = re.sub(r"\s+", "", text)  # a terminal's lines are wrapped
    for name, secret in SECRETS.items():
        pairs = [f"{user}:{secret}" for user in (USER, HELPED)]
        coded = {b64encode(text.encode()).decode() for text in (*pairs, secret)}
        coded |= {quote(pair, safe="") for pair in pairs}
        if any(form in joined for form in (secret, *coded)):
            yield name
