"""An image reference, taken apart as Docker does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageReference:
    """``[registry/]repository[:tag][@digest]`` with Docker's defaults filled in."""

    text: str  # as it was given
    registry: str  # docker.io, nvcr.io, registry.local:5000, [2001:db8::1]:5000
    repository: str  # library/ubuntu, nvidia/cuda, mirror/nvidia/cuda
    tag: str = ""  # "latest" where neither tag nor digest was given; empty beside a lone digest
    digest: str = ""  # sha256:<64 hex>; where there is one it decides, and the tag is a hint

    @property
    def normalized(self) -> str:
        """The reference in full, with registry and tag."""
        return (
            f"{self.registry}/{self.repository}"
            + (f":{self.tag}" if self.tag else "")
            + (f"@{self.digest}" if self.digest else "")
        )

    @property
    def name(self) -> str:
        """Registry and repository, without tag and digest."""
        return f"{self.registry}/{self.repository}"
