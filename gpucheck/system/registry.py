"""Image registries, asked with the logins, proxies and certificates of the user who runs this."""

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from gpucheck.model.fact import Fact
from gpucheck.model.image_config import ImageConfig, NotForPlatform
from gpucheck.model.reference import ImageReference

if TYPE_CHECKING:
    from gpucheck.system.network import Resolver


class RegistryClient:
    """Asks the registry a reference names. What it takes to ask is imported when it is asked."""

    def __init__(
        self,
        environment: Mapping[str, str] | None = None,
        certificates: str = "/etc/docker/certs.d",
        resolver: "Resolver | None" = None,
    ) -> None:
        self._environment = os.environ if environment is None else environment
        self._certificates = certificates
        self._resolver = resolver

    def config_of(
        self,
        reference: ImageReference,
        architecture: str,
        timeout: float,
        insecure: tuple[str, ...] = (),
        mirrors: tuple[str, ...] = (),
    ) -> Fact[ImageConfig | NotForPlatform]:
        """Return the configuration for linux/``architecture``; all requests share one deadline.

        ``insecure`` and ``mirrors`` are dockerd's insecure-registries and registry-mirrors. A mirror
        of Docker Hub that fails, for whatever reason, leaves the question to Docker Hub itself.
        """
        from gpucheck.system.network import Network, resolve
        from gpucheck.system.registry_places import ask_each

        network = Network(self._environment, self._certificates, insecure, self._resolver or resolve)
        return ask_each(reference, architecture, timeout, network, mirrors)
