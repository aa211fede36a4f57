"""Certificates of the test's own: an authority, and a server it vouches for."""

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.requirement import program

_DAYS = "2"


@dataclass(frozen=True)
class Certificate:
    """A server's certificate and key, and the authority behind it."""

    authority: Path
    certificate: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def certificate_for(folder: Path, name: str) -> Certificate:
    """Return the certificate of a server called ``name``, made by openssl."""
    openssl = program("openssl")
    made = Certificate(folder / "ca.crt", folder / "server.crt", folder / "server.key")
    request, alternative = folder / "server.csr", folder / "names"
    alternative.write_text(f"subjectAltName=DNS:{name}\n")
    new = [openssl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    authority = ["-x509", "-days", _DAYS, "-subj", "/CN=test authority", "-keyout", f"{folder}/ca.key"]
    _run(*new, *authority, "-out", str(made.authority))
    _run(*new, "-subj", f"/CN={name}", "-keyout", str(made.key), "-out", str(request))
    signed = ["-CA", str(made.authority), "-CAkey", f"{folder}/ca.key", "-CAcreateserial", "-days", _DAYS]
    _run(
        openssl,
        "x509",
        "-req",
        "-in",
        str(request),
        *signed,
        "-extfile",
        str(alternative),
        "-out",
        str(made.certificate),
    )
    return made


def _run(*argv: str) -> None:
    subprocess.run(argv, check=True, capture_output=True, timeout=60)
