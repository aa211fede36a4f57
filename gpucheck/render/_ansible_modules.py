"""Commands of a plan as tasks of ansible.builtin: by its module where one does plainly the same."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from gpucheck.model.plan import Command
from gpucheck.render._yaml_text import Value

# flags of apt-get and dnf -> the parameter of the module that says the same
_APT_FLAGS = {
    "-y": {}, "--only-upgrade": {"only_upgrade": True}, "--allow-downgrades": {"allow_downgrade": True},
    "--autoremove": {"autoremove": True},
}  # fmt: skip
_DNF_FLAGS = {"-y": {}, "--allowerasing": {"allowerasing": True}, "--best": {"best": True}}
# what a package manager is told where nobody can answer it
_UNASKED = {"pacman": "--noconfirm", "zypper": "--non-interactive", "apt-get": "-y", "dnf": "-y"}


@dataclass(frozen=True, slots=True)
class Task:
    """One task without its name: the module, its arguments, and keywords beside it."""

    module: str
    arguments: dict[str, Value]
    keywords: dict[str, Value]
    noqa: str = ""  # the linter's rule that cannot be kept


def task_of(command: Command) -> Task:
    """Return the task that does what a command does."""
    # modules put in variables and home directories; only command can be told not to
    maker = None if _has_variables(command) else _MAKERS.get(command.argv[0])
    return (maker(command) if maker else None) or _plain(command)


def _plain(command: Command) -> Task:
    """Return the command as it is: whether it changed anything is not known, so it counts as a change."""
    argv = command.argv
    flag = _UNASKED.get(argv[0], "")
    if flag and flag not in argv:
        argv = (argv[0], flag, *argv[1:])
    noqa = "command-instead-of-module" if argv[0] in {"apt-get", "systemctl", "service"} else ""
    literal: dict[str, Value] = {"expand_argument_vars": False} if _has_variables(command) else {}
    return Task("command", {"argv": argv, **literal}, {"changed_when": True}, noqa)


def _has_variables(command: Command) -> bool:
    """Return whether a word holds what Ansible would take for a variable, or begins with a home directory."""
    return any("$" in word or word.startswith("~") for word in command.argv)


def _apt(command: Command) -> Task | None:
    match command.argv[1:]:
        case ("update",):
            return _task("apt", update_cache=True)
        case ("install", "--fix-broken"):
            return _task("apt", state="fixed")
        case ("autoremove", *flags) if set(flags) <= {"-y"}:
            return _task("apt", autoremove=True)
        case ("install", *words):
            return _newest("apt", words)
        case ("remove", *words):
            return _packages("apt", words, _APT_FLAGS, state="absent")
        case ("purge", *words):
            return _packages("apt", words, _APT_FLAGS, state="absent", purge=True)
        case _:
            return None


def _newest(module: str, words: list[str]) -> Task | None:
    """Return the task that does as apt-get install: what is there is brought to the newest release."""
    if any("=" in word for word in words):
        return _packages(module, words, _APT_FLAGS, state="present")
    task = _packages(module, words, _APT_FLAGS, state="latest")
    return None if task is None else replace(task, noqa="package-latest")


def _dnf(command: Command) -> Task | None:
    match command.argv[1:]:
        case ("install", *words):
            return _packages("dnf", words, _DNF_FLAGS, state="present")
        case ("remove", *words):
            return _packages("dnf", words, _DNF_FLAGS, state="absent")
        case _:
            return None


def _packages(
    module: str, words: list[str], flags: dict[str, dict[str, bool]], **arguments: Value
) -> Task | None:
    """Return a task on packages; None where a flag has no parameter."""
    options = [word for word in words if word.startswith("-")]
    names = tuple(word for word in words if not word.startswith("-"))
    if not names or not set(options) <= flags.keys():
        return None
    more: dict[str, Value] = {name: value for word in options for name, value in flags[word].items()}
    return _task(module, name=names, **arguments, **more)


def _systemctl(command: Command) -> Task | None:
    user: dict[str, Value] = {"scope": "user"} if "--user" in command.argv else {}
    match tuple(word for word in command.argv[1:] if word != "--user"):
        case ("daemon-reload",):
            return _task("systemd_service", daemon_reload=True, **user)
        case ("start" | "restart" | "stop" as verb, unit):
            state = {"start": "started", "restart": "restarted", "stop": "stopped"}[verb]
            return _task("systemd_service", name=unit, state=state, **user)
        case ("enable", "--now", unit):
            return _task("systemd_service", name=unit, enabled=True, state="started", **user)
        case ("disable", "--now", unit):
            return _task("systemd_service", name=unit, enabled=False, state="stopped", **user)
        case ("enable" | "disable" as verb, unit):
            return _task("systemd_service", name=unit, enabled=verb == "enable", **user)
        case _:
            return None


def _service(command: Command) -> Task | None:
    states = {"start": "started", "restart": "restarted", "stop": "stopped"}
    match command.argv[1:]:
        case (name, verb) if verb in states:
            return _task("service", name=name, state=states[verb])
        case _:
            return None


def _mkdir(command: Command) -> Task | None:
    match command.argv[1:]:
        case ("-p", path):
            return _task("file", path=path, state="directory", mode="0755")
        case _:
            return None


def _rm(command: Command) -> Task | None:
    return _task("file", path=command.argv[1], state="absent") if len(command.argv) == 2 else None  # noqa: PLR2004


def _chmod(command: Command) -> Task | None:
    match command.argv[1:]:
        case (mode, path) if mode.isdigit():
            return _task("file", path=path, mode=f"0{mode}")
        case _:
            return None


def _mv(command: Command) -> Task | None:
    """Return the move, which is done where the target is not there yet."""
    match command.argv[1:]:
        case (source, target):
            arguments: dict[str, Value] = {"argv": command.argv, "creates": target, "removes": source}
            return Task("command", arguments, {})
        case _:
            return None


def _curl(command: Command) -> Task | None:
    match command.argv[1:]:
        case ("-fsSL", "-o", path, url):
            return _task("get_url", url=url, dest=path, mode="0644")
        case _:
            return None


def _task(module: str, **arguments: Value) -> Task:
    return Task(module, arguments, {})


_MAKERS: dict[str, Callable[[Command], Task | None]] = {
    "apt-get": _apt, "dnf": _dnf, "systemctl": _systemctl, "service": _service, "mkdir": _mkdir, "rm": _rm,
    "chmod": _chmod, "mv": _mv, "curl": _curl,
}  # fmt: skip
