"""The entry point: one line for every error, exact JSON on stdout even when something crashes."""

import gc
import signal
import sys
from contextlib import suppress
from importlib import import_module
from itertools import pairwise, takewhile
from types import TracebackType
from typing import NoReturn

from gpucheck.errors import GpucheckError, ReaderGoneError


def main() -> NoReturn:
    """Run the command line and exit with its code (README, "Exit codes")."""
    sys.excepthook = _crashed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    gc.disable()  # a run is short and makes no garbage worth looking for; saves 5 % of it
    try:
        code = _run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except ReaderGoneError as error:
        code = error.exit_code
    except GpucheckError as error:
        code = _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        code = 128 + signal.SIGINT
    from gpucheck.system.process import leave

    leave(code)


def _run() -> int:
    from gpucheck.cli.app import app

    app(prog_name="gpucheck")
    return 0


def _fail(message: str, code: int) -> int:
    """Say what went wrong, as JSON too where a report was asked for as JSON; return ``code``."""
    from gpucheck.render._text import visible

    line = visible(message, 1000)
    sys.stderr.write(f"gpucheck: {line}\n")
    renderer = _renderer_of_failures()
    if renderer:
        from gpucheck.system.output import write_document
        from gpucheck.version import __version__

        text = import_module(f"gpucheck.render.{renderer}").failure(line, code, __version__)
        with suppress(GpucheckError):  # nobody reads stdout; stderr has it
            write_document(text, "")
    return code


_RENDERERS = {
    "doctor": "json_doc",
    "explain": "explanation_json",
    "image": "image_json",
    "run": "run_json",
    "suggest": "suggestions",
}


def _renderer_of_failures() -> str:
    """Return what writes a failure as JSON to stdout, '' where that was not asked for.

    Read from argv, whatever else broke.
    """
    words = list(takewhile(lambda word: word != "--", sys.argv[1:]))  # behind it stands a user's own command
    asked = "--format=json" in words or ("--format", "json") in pairwise(words)
    if not asked or any(word in {"-o", "--output"} for word in words):
        return ""
    command = next((word for word in words if not word.startswith("-")), "")
    return _RENDERERS.get(command, "")


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> NoReturn:
    """End with one line in place of a traceback: what broke, and where, for the bug report."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" (in {trace.tb_frame.f_code.co_name}, line {trace.tb_lineno})" if trace else ""
    sys.exit(_fail(f"internal error, please report it: {kind.__name__}: {error}{place}", 4))


if __name__ == "__main__":
    main()
