"""A registry on loopback that refuses every image, each in its own way, by the first part of its name.

    with refusing_registry() as host:
        f"{host}/limited/cuda:1"        # asked too often
        f"{host}/denied/cuda:1"         # denied, unauthorized, gone, nameless, broken: see ANSWERS

Codes: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ANSWERS = {
    "limited": (429, "TOOMANYREQUESTS", "You have reached your pull rate limit."),
    "denied": (403, "DENIED", "Access Denied"),
    "unauthorized": (401, "UNAUTHORIZED", "authentication required"),
    "gone": (404, "MANIFEST_UNKNOWN", "manifest unknown"),
    "nameless": (404, "NAME_UNKNOWN", "repository name not known to registry"),
    "broken": (503, "UNAVAILABLE", "service unavailable"),
}
_WELCOME = (200, "", "")


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts = self.path.strip("/").split("/")
        status, code, message = ANSWERS.get(parts[1], _WELCOME) if len(parts) > 1 else _WELCOME
        body = json.dumps({"errors": [{"code": code, "message": message}]} if code else {}).encode()
        self.send_response(status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815 - the name that the server looks for

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def refusing_registry() -> Iterator[str]:
    """Run the registry; the value is its host and port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
