"""What a command of a remedy does, read from its first words.

The words are those of the programs' own manual pages; a program that is not listed counts as one that
configures. A test holds the list complete for all remedies.
"""

from gpucheck.model.plan import Command, CommandKind

_KINDS = {
    kind: tuple(tuple(words.split()) for words in texts)
    for kind, texts in {
        CommandKind.INSTALL: (
            "apt-get", "apt-mark", "dpkg --configure", "dnf", "zypper", "pacman -S", "pacman -Syu",
            "pacman -R", "pacman -Rs", "pacman -Rns", "ubuntu-drivers install", "snap refresh", "snap revert",
        ),
        CommandKind.CONFIGURE: (
            "nvidia-ctk", "systemctl enable", "systemctl disable", "systemctl reset-failed",
            "systemctl revert", "setsebool", "usermod", "gpasswd", "mkdir", "chmod", "mv", "rm", "ln", "curl",
            "ldconfig", "nixos-rebuild", "docker context use", "microk8s enable", "microk8s disable",
            "nvidia-uninstall", "python3 -m pip", "wsl.exe --update",
        ),
        CommandKind.BUILD: ("dkms", "akmods", "update-initramfs", "dracut", "mkinitcpio"),
        CommandKind.LOAD: (
            "modprobe", "nvidia-modprobe", "sysctl -w", "systemctl start", "systemctl stop",
            "service docker start", "service docker stop", "snap start", "snap stop", "nvidia-smi",
        ),
        CommandKind.RESTART: (
            "systemctl restart", "systemctl daemon-reload", "service docker restart", "snap restart",
        ),
        CommandKind.REBOOT: ("systemctl reboot", "systemctl poweroff", "wsl.exe --shutdown"),
        CommandKind.LOOK: (
            "dmesg", "journalctl", "lspci", "ss", "aa-status", "dpkg-query", "rpm --query", "pacman --query",
            "dnf check", "grep", "snap logs", "systemctl cat", "docker context ls", "podman info",
            "dockerd --validate", "containerd config dump", "kubectl get", "docker system df",
            "unattended-upgrade --dry-run", "nvidia-ctk cdi list",
            "nvidia-bug-report.sh", "wsl.exe -l",
        ),
        CommandKind.ASKS: ("less", "mokutil", "systemctl edit"),
        CommandKind.EXAMPLE: ("docker run", "docker pull", "podman run"),
    }.items()
}  # fmt: skip
# of nvidia-smi: the rest only reads, or makes the driver create nodes where root runs it
_SMI_CHANGES = frozenset({"-pm", "-c", "-srs", "--gpu-reset"})
_NEED_THE_DRIVER = (
    ("nvidia-smi",), ("nvidia-modprobe",), ("modprobe",), ("nvidia-ctk", "cdi", "generate"),
    ("nvidia-ctk", "system", "create-dev-char-symlinks"),
)  # fmt: skip


def command_of(argv: tuple[str, ...]) -> Command:
    """Return a command of a remedy: sudo is taken off and kept as a fact."""
    as_root = argv[:1] == ("sudo",)
    words = argv[1:] if as_root else argv
    kind = _kind(words) or CommandKind.CONFIGURE
    if words[:1] == ("nvidia-smi",) and not as_root and not _SMI_CHANGES & set(words):
        kind = CommandKind.LOOK
    return Command(words, as_root, kind)


def is_known(argv: tuple[str, ...]) -> bool:
    """Return whether what a command does is listed here."""
    return _kind(argv[1:] if argv[:1] == ("sudo",) else argv) is not None


def needs_driver(command: Command) -> bool:
    """Return whether a command is of use only with the driver that shall run in the end."""
    if command.argv[0] == "systemctl":
        return any(word.startswith("nvidia-") for word in command.argv)
    return any(command.argv[: len(words)] == words for words in _NEED_THE_DRIVER)


def _kind(argv: tuple[str, ...]) -> CommandKind | None:
    """Return the kind whose words begin the command; of several the one with the most words."""
    words = tuple(word for word in argv if word not in {"--user", "--non-interactive"})
    found = [
        (len(start), kind)
        for kind, starts in _KINDS.items()
        for start in starts
        if words[: len(start)] == start
    ]
    return max(found, key=lambda item: item[0])[1] if found else None
