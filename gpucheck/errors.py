"""What gpucheck raises at its users: one line each, with the exit code it deserves."""


class GpucheckError(Exception):
    """Base of every error gpucheck raises on purpose; ``str()`` is one printable line.

    ``exit_code`` is the process exit code of the command line (README, "Exit codes").
    """

    exit_code = 4

    @property
    def lines(self) -> tuple[str, ...]:
        """What to tell, line by line; nearly always one."""
        return (str(self),)


class UsageError(GpucheckError, ValueError):
    """The caller asked for something that makes no sense: a bad option, path or identifier."""

    exit_code = 2


class ImageReferenceError(UsageError):
    """Docker would not take the text for an image reference: what is wrong, where, and what to write."""


class GpusOptionError(UsageError):
    """An engine would not take the option that asks for GPUs: what is wrong, and what to write."""

    def __init__(self, message: str, client_message: str = "") -> None:
        super().__init__(message)
        self.client_message = client_message  # what the engine's client prints, if it was asked


class SelectionError(UsageError):
    """The devices asked for are not on this host; names those that are."""


class UserDataError(UsageError):
    """A file of the user's own tables (``--data``) cannot be used; names file and row."""


class ContractError(UsageError):
    """A contract cannot be used; a line per fault, each with file, line and what would be right."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The faults."""
        return tuple(str(self).splitlines())


class SnapshotError(GpucheckError, ValueError):
    """A snapshot cannot be read: not JSON, truncated, not a snapshot, or of a newer schema."""

    exit_code = 2


class OutputError(GpucheckError, OSError):
    """The report could not be written where ``-o`` asked for it."""

    exit_code = 2


class InterruptedRunError(GpucheckError):
    """A signal ended the container test, and what it had started is gone."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class ReaderGoneError(GpucheckError):
    """Whoever read our stdout has closed it (``gpucheck doctor | head -1``); nothing is said about it."""

    exit_code = 141  # as a program ended by SIGPIPE


class DataError(GpucheckError, ValueError):
    """A table of ``compat_data`` is missing or malformed: the installation is damaged."""
