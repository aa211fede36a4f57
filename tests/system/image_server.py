"""A scripted registry with one image, linux/amd64, that may ask for a login first.

with ImageServer() as images: ask(f"{images.host}/team/app:v1")
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.fakes import registry as images
from tests.fakes.registry import described, digest, encoded
from tests.fakes.web_server import Reply, Request, Scripted, http

CONFIG = {"architecture": "amd64", "os": "linux", "config": {"Env": ["CUDA_VERSION=12.4.1"]}}


@dataclass
class ImageServer:
    """The image, its parts by path below /v2/team/app/, and the server that gives them out."""

    config: bytes = field(default_factory=lambda: encoded(CONFIG))
    layers: Any = field(default_factory=lambda: [described(images.LAYER, b"layer")])
    challenge: str = ""  # WWW-Authenticate of a 401
    token: str = ""  # what lets one in
    instead: Callable[[Request, Reply], Reply] = lambda _request, reply: reply  # the last word on each answer

    def __post_init__(self) -> None:
        config = described(images.CONFIG, self.config)
        self.manifest = encoded(
            {"schemaVersion": 2, "mediaType": images.MANIFEST, "config": config, "layers": self.layers}
        )
        self.parts = {"manifests/v1": self.manifest, f"blobs/{digest(self.config)}": self.config}
        self.web = Scripted(self._answer)

    def __enter__(self) -> "ImageServer":  # noqa: PYI034 - typing.Self needs Python 3.11
        self.web.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.web.__exit__(*error)

    @property
    def host(self) -> str:
        return self.web.host

    def _answer(self, request: Request) -> Reply:
        return self.instead(request, self._honest(request))

    def _honest(self, request: Request) -> Reply:
        if self.challenge and request.headers.get("authorization") != f"Bearer {self.token}":
            return http(b"", "401 Unauthorized", WWW_Authenticate=self.challenge)
        part = self.parts.get(request.path.removeprefix("/v2/team/app/"))
        if part is None:
            errors = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
            return http(errors, "404 Not Found")
        return http(part)
