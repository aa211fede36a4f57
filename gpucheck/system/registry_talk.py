"""The questions to one registry about one image: manifest and configuration, a few kilobytes, no layer.

The protocol: https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md. Nothing a registry says
is believed that can be checked: a document asked for by digest has to be the one.
"""

from dataclasses import dataclass, field, replace

from gpucheck.model.fact import Absent, Fact, Known, Reason, Unavailable
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference
from gpucheck.system import registry_documents as documents
from gpucheck.system.no_answer import NoAnswerError, no_answer
from gpucheck.system.registry_credentials import Credentials
from gpucheck.system.registry_login import Gate
from gpucheck.system.registry_refusal import is_ok, refusal
from gpucheck.system.web import Authorization, Reply, Web
from gpucheck.system.web_address import WebAddress

_MAX_MANIFEST = 4 << 20  # the least a registry has to take, and what the common ones take
_MAX_CONFIG = 8 << 20
_MAX_NESTING = 3  # an index of an index of manifests
_UNAUTHORIZED = 401


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the image may be asked for."""

    address: WebAddress
    registry: str  # what logins are stored under
    is_mirror: bool = False
    has_next: bool = False  # the same registry without TLS comes next


@dataclass(slots=True)
class Talk:
    """The questions to one registry about one image."""

    web: Web
    place: Place
    reference: ImageReference
    credentials: Credentials
    authorization: Authorization | None = field(default=None, repr=False)

    def config(self, architecture: str) -> Fact[ImageConfig | NotForPlatform]:
        """Return the configuration, or why there is none."""
        where = self.place.address.authority
        try:
            return self._config(architecture)
        except NoAnswerError as error:
            return error.fact
        except documents.NoImageError as error:
            return Unavailable(Reason.UNSUPPORTED, f"{where}: {self.reference.normalized} is {error}")
        except ValueError as error:
            return Unavailable(Reason.MALFORMED, f"{where}: the answer is not that of a registry ({error})")

    def _config(self, architecture: str) -> Fact[ImageConfig | NotForPlatform]:
        body, source = self._manifest(self.reference.digest)
        digest = self.reference.digest or documents.digest_of(body)
        manifest = documents.document(body)
        offered: tuple[str, ...] = ()
        for _ in range(_MAX_NESTING):
            if not documents.is_index(manifest):
                break
            found = documents.entries(manifest)
            offered = offered or documents.architectures(found)
            entry = documents.chosen(found, architecture)
            if entry is None:
                names = documents.platforms(found)
                return Known(NotForPlatform(architecture, names, digest, source), source)
            manifest = documents.document(self._listed(entry.digest, "manifests"))
        else:
            raise ValueError("indexes within indexes")
        blob = self._listed(documents.config_digest(manifest), "blobs", _MAX_CONFIG)
        config = documents.image_config(blob, manifest)
        names = offered or ((config.architecture,) if config.architecture else ())
        return Known(replace(config, digest=digest, architectures=names, source=source), source)

    def _manifest(self, digest: str) -> tuple[bytes, str]:
        """Return what the reference leads to, and where; raises NoAnswerError."""
        path = f"manifests/{digest or self.reference.tag}"
        reply = self._get(path, _MAX_MANIFEST)
        if not is_ok(reply):
            raise NoAnswerError(refusal(reply, self._gate().hint))
        if digest:
            self._verify(reply, digest)
        return reply.answer.body, replace(self.place.address, target=self._target(path)).shown

    def _listed(self, digest: str, kind: str, most: int = _MAX_MANIFEST) -> bytes:
        """Return a document that another one names; here a refusal is the registry's fault."""
        reply = self._get(f"{kind}/{digest}", most)
        if not is_ok(reply):
            fact = refusal(reply, self._gate().hint)
            if isinstance(fact, Absent):
                where = self.place.address.authority
                raise no_answer(
                    Reason.FAILED, f"{where} does not have {digest}, which its own manifest names"
                )
            raise NoAnswerError(fact)
        self._verify(reply, digest)
        return reply.answer.body

    def _verify(self, reply: Reply, digest: str) -> None:
        if not documents.is_what(reply.answer.body, digest):
            words = f"{reply.address.authority}: what it gives for {digest} is something else"
            raise no_answer(Reason.MALFORMED, words)

    def _get(self, path: str, most: int) -> Reply:
        """Return the reply, logged in where the registry asks for it; raises NoAnswerError."""
        address = replace(self.place.address, target=self._target(path))
        headers = {"Accept": ", ".join(documents.ACCEPTED)} if path.startswith("manifests/") else {}
        reply = self.web.get(address, most, headers, self.authorization)
        asks = reply.answer.status == _UNAUTHORIZED and reply.address.origin == address.origin
        if not asks or self.authorization is not None:
            return reply
        self.authorization = self._gate().authorization(reply)
        return self.web.get(address, most, headers, self.authorization)

    def _target(self, path: str) -> str:
        return f"/v2/{self.reference.repository}/{path}"

    def _gate(self) -> Gate:
        reference, place = self.reference, self.place
        return Gate(
            self.web,
            place.registry,
            reference.repository,
            lambda: self.credentials.login(place.registry, reference.repository, self.web.deadline),
            self.credentials.notes,
        )
