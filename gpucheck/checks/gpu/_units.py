"""Whether systemd starts a unit at boot."""

from gpucheck.model.driver import ServiceUnit

# systemctl(1), is-enabled: these are gone after a reboot, or were never asked for
_NOT_AT_BOOT = {"disabled", "enabled-runtime", "linked", "linked-runtime", "masked", "masked-runtime"}


def starts_at_boot(unit: ServiceUnit) -> bool:
    """Return whether the unit is enabled, or started by another one or by a rule (static, generated)."""
    return unit.unit_file_state not in _NOT_AT_BOOT
