"""What commands do, by their words."""

import pytest

from gpucheck.model.plan import CommandKind
from gpucheck.planning.commands import command_of, is_known, needs_driver
from gpucheck.tables import load_tables


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("sudo apt-get install -y nvidia-open", "install"),
        ("sudo pacman -Syu docker", "install"),
        ("pacman --query --search nvidia", "look"),
        ("sudo dnf check", "look"),
        ("sudo dnf install -y runc", "install"),
        ("sudo zypper --non-interactive remove runc", "install"),
        ("sudo nvidia-ctk runtime configure --runtime=docker", "configure"),
        ("nvidia-ctk cdi list", "look"),
        ("sudo systemctl enable --now docker", "configure"),
        ("systemctl --user restart docker", "restart"),
        ("sudo systemctl daemon-reload", "restart"),
        ("sudo systemctl start docker", "load"),
        ("systemctl --user edit docker", "asks"),
        ("sudo systemctl reboot", "reboot"),
        ("wsl.exe --shutdown", "reboot"),
        ("wsl.exe -l -v", "look"),
        ("sudo dkms autoinstall -k 6.8.0", "build"),
        ("sudo mokutil --import key", "asks"),
        ("docker run --rm ubuntu nvidia-smi", "example"),
        ("docker context use default", "configure"),
        ("nvidia-smi -L", "look"),
        ("sudo nvidia-smi -L", "load"),  # as root it makes the driver create nodes
        ("sudo nvidia-smi -i 0 -c 0", "load"),
        ("nvidia-smi -i 0 --gpu-reset", "load"),
        ("sudo a-program that-nobody knows", "configure"),
    ],
)
def test_what_a_command_does(line: str, kind: str) -> None:
    assert command_of(tuple(line.split())).kind is CommandKind(kind)


def test_sudo_is_a_fact_not_a_word() -> None:
    command = command_of(("sudo", "modprobe", "nvidia"))
    assert (command.argv, command.as_root) == (("modprobe", "nvidia"), True)
    assert not command_of(("systemctl", "--user", "restart", "docker")).as_root


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml", True),
        ("sudo nvidia-ctk runtime configure --runtime=docker", False),
        ("sudo systemctl enable --now nvidia-fabricmanager", True),
        ("sudo systemctl restart docker", False),
        ("sudo modprobe nvidia", True),
        ("sudo apt-get install -y nvidia-open", False),
    ],
)
def test_what_needs_the_driver(line: str, needs: bool) -> None:  # noqa: FBT001
    assert needs_driver(command_of(tuple(line.split()))) is needs


def test_what_every_command_of_every_remedy_does_is_listed() -> None:
    rows = load_tables().remedies.values()
    lines = [
        argv
        for row in rows
        for commands in (*row.commands.values(), *row.undo.values())
        for argv in commands
        if not is_known(argv)
    ]
    assert lines == [], "name them in gpucheck/planning/commands.py"
