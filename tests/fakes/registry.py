"""A real registry (Debian's docker-registry) on a loopback port, and images pushed to it by plain PUTs.

    with RunningRegistry(folder) as registry:
        digest = registry.push_image("team/app", "v1", {"config": {"Env": [...]}})

Needs docker-registry. In CI its absence is a failure, elsewhere a skip with the reason.
"""

import hashlib
import json
import re
import subprocess
import time
from base64 import b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.requirement import program

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json"
DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"

_LISTENS = re.compile(r"listening on 127\.0\.0\.1:(\d+)")
_START = 60.0  # seconds, on a busy machine
_STOP = 20.0


def digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def encoded(document: Any) -> bytes:
    return json.dumps(document).encode()


def described(media_type: str, data: bytes, **more: Any) -> dict[str, Any]:
    """Return the descriptor of a document."""
    return {"mediaType": media_type, "digest": digest(data), "size": len(data), **more}


@dataclass
class RunningRegistry:
    """A registry that is started on entry and ended on exit."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)  # sections of its configuration, http excepted
    tls: dict[str, str] = field(default_factory=dict)  # certificate, key
    user: tuple[str, str] | None = None  # who pushes
    authorization: str = ""  # or with what

    def __enter__(self) -> "RunningRegistry":  # noqa: PYI034 - typing.Self needs Python 3.11
        binary = program("docker-registry")
        http = {"addr": "127.0.0.1:0", "secret": "x", **({"tls": self.tls} if self.tls else {})}
        config = {
            "version": 0.1,
            "log": {"level": "info"},
            "storage": {"filesystem": {"rootdirectory": str(self.folder / "data")}},
            "http": http,
            **self.settings,
        }
        path = self.folder / "registry.yml"
        path.write_text(json.dumps(config))  # JSON is YAML
        self._log = self.folder / "registry.log"
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                [binary, "serve", str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
            )
        self.port = self._listening()
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.wait(_STOP)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def push_image(self, repository: str, tag: str, config: dict[str, Any], *, docker: bool = False) -> bytes:
        """Push an image of two tiny layers; return its manifest."""
        manifest = self.push_parts(repository, config, docker=docker)
        self.put_manifest(
            repository, tag or digest(manifest), manifest, DOCKER_MANIFEST if docker else MANIFEST
        )
        return manifest

    def push_parts(self, repository: str, config: dict[str, Any], *, docker: bool = False) -> bytes:
        """Push configuration and layers; return the manifest that is left to push."""
        layers = [b"first layer", b"second layer, longer"]
        blob = encoded(config)
        for part in (*layers, blob):
            self.put_blob(repository, part)
        layer_type = DOCKER_LAYER if docker else LAYER
        return encoded(
            {
                "schemaVersion": 2,
                "mediaType": DOCKER_MANIFEST if docker else MANIFEST,
                "config": described(DOCKER_CONFIG if docker else CONFIG, blob),
                "layers": [described(layer_type, layer) for layer in layers],
            }
        )

    def put_blob(self, repository: str, data: bytes) -> None:
        response = self._send("POST", f"/v2/{repository}/blobs/uploads/", b"", {})
        place = response["location"].partition(f":{self.port}")[2]
        self._send(
            "PUT", f"{place}&digest={digest(data)}", data, {"Content-Type": "application/octet-stream"}
        )

    def put_manifest(self, repository: str, name: str, manifest: bytes, media_type: str) -> None:
        self._send("PUT", f"/v2/{repository}/manifests/{name}", manifest, {"Content-Type": media_type})

    def _send(self, method: str, target: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
        if self.user:
            pair = ":".join(self.user).encode()
            headers = {**headers, "Authorization": f"Basic {b64encode(pair).decode()}"}
        elif self.authorization:
            headers = {**headers, "Authorization": self.authorization}
        from http.client import HTTPConnection

        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            said = response.read()
            assert response.status in {201, 202}, (method, target, response.status, said)
            return {name.lower(): value for name, value in response.getheaders()}
        finally:
            connection.close()

    def _listening(self) -> int:
        """Return the port, which it says in its log once it listens."""
        deadline = time.monotonic() + _START
        while time.monotonic() < deadline and self._child.poll() is None:
            if found := _LISTENS.search(self._log.read_text(errors="replace")):
                return int(found[1])
            time.sleep(0.01)
        said = self._log.read_text(errors="replace")
        self.__exit__()
        pytest.fail(f"docker-registry did not start:\n{said[-2000:]}")
