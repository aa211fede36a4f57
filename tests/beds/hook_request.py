"""What nvidia-container-runtime-hook makes of a container's environment.

After cmd/nvidia-container-runtime-hook/container_config.go and internal/config/image/cuda_image.go of
https://github.com/NVIDIA/nvidia-container-toolkit.
"""

from dataclasses import dataclass

CAPABILITIES = {"compat32", "compute", "display", "graphics", "ngx", "utility", "video"}


class CapabilitiesError(Exception):
    """The container asks for driver capabilities that do not exist."""


@dataclass(frozen=True)
class Request:
    """The variables of a container."""

    env: dict[str, str]

    @property
    def is_legacy(self) -> bool:
        """Whether the image is of the time before NVIDIA_REQUIRE_CUDA."""
        return bool(self.env.get("CUDA_VERSION")) and not self.env.get("NVIDIA_REQUIRE_CUDA")

    def devices(self) -> list[str]:
        """Return the names asked for; none: this is no container with GPUs."""
        value = self.env.get("NVIDIA_VISIBLE_DEVICES", "all" if self.is_legacy else "void")
        names = [name.strip() for name in value.split(",") if name.strip()]
        return [] if "void" in names else names

    def capabilities(self) -> set[str]:
        """Return which of the driver's parts are asked for."""
        value = self.env.get("NVIDIA_DRIVER_CAPABILITIES", "all" if self.is_legacy else "")
        asked = set(value.split(",")) if value else {"utility", "compute"}
        if "all" in asked:
            return CAPABILITIES
        if asked - CAPABILITIES:
            allowed = ",".join(sorted(asked & CAPABILITIES))
            raise CapabilitiesError(f"unsupported capabilities found in '{value}' (allowed '{allowed}')")
        return asked

    def requirements(self) -> list[str]:
        """Return the expressions that must hold."""
        if self.env.get("NVIDIA_DISABLE_REQUIRE", "").lower() in {"1", "t", "true"}:
            return []
        names = [name for name in self.env if name.startswith("NVIDIA_REQUIRE_") and "JETPACK" not in name]
        oldest = ".".join(self.env.get("CUDA_VERSION", "").split(".")[:2])
        return [self.env[name] for name in names] + ([f"cuda>={oldest}"] if self.is_legacy else [])
