"""Choices of the command line that the model knows too. Imports nothing heavy: --help needs it."""

from enum import Enum


class FailOn(str, Enum):
    """From which finding on the exit code is 1, "not ready"."""

    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"
    NEVER = "never"


class ExitCodes(str, Enum):
    """Whose exit codes are kept to."""

    DEFAULT = "default"
    NAGIOS = "nagios"
    NPD = "npd"  # node-problem-detector


class Format(str, Enum):
    """How a report is written."""

    TERMINAL = "terminal"
    JSON = "json"
    MARKDOWN = "markdown"
    JUNIT = "junit"
    TAP = "tap"
    GITHUB = "github"
    SARIF = "sarif"
    NAGIOS = "nagios"
    NPD = "npd"
    PROMETHEUS = "prometheus"


def codes_for(form: Format, chosen: ExitCodes | None) -> ExitCodes:
    """Return the exit codes in force: a monitor's format brings its codes, unless others are chosen.

    Nagios goes by the code alone: the 1 of "not ready" would be a WARNING beside the word CRITICAL.
    """
    own = {Format.NAGIOS: ExitCodes.NAGIOS, Format.NPD: ExitCodes.NPD}
    return chosen or own.get(form, ExitCodes.DEFAULT)


def file_mode(form: Format) -> int | None:
    """Return the mode of a report's file where its reader is another user; None: as the umask has it.

    node_exporter reads a textfile: https://github.com/prometheus/node_exporter#textfile-collector.
    """
    return 0o644 if form is Format.PROMETHEUS else None


class Architecture(str, Enum):
    """A processor architecture, as container images name it."""

    AMD64 = "amd64"
    ARM64 = "arm64"


class Use(str, Enum):
    """What an image is looked for."""

    ANY = "any"
    INFERENCE = "inference"  # runs what is built already
    BUILD = "build"  # holds a compiler and headers


class Pull(str, Enum):
    """When an image is fetched from its registry."""

    MISSING = "missing"
    NEVER = "never"
    ALWAYS = "always"


class EngineName(str, Enum):
    """A container engine."""

    DOCKER = "docker"
    PODMAN = "podman"


class Ci(str, Enum):
    """A system that runs jobs, by how it shows what they print."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JENKINS = "jenkins"
    AZURE = "azure"
    PLAIN = "plain"


class Level(str, Enum):
    """How far the probe was told to go."""

    DEVICES = "devices"  # NVML only; no GPU is touched
    COMPUTE = "compute"
