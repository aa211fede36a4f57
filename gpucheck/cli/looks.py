"""How a document for people should look, where it goes."""

from gpucheck.model.choices import FailOn
from gpucheck.render import Options
from gpucheck.system import screen


def looks(output: str, *, verbose: bool, fail_on: FailOn = FailOn.FAIL) -> Options:
    """Return colours and signs for a terminal, plain text for a file."""
    to_screen = output in {"", "-"}
    return Options(
        colour=to_screen and screen.wants_colour(),
        unicode=to_screen and screen.speaks_unicode(),
        width=screen.width(),
        verbose=verbose,
        fail_on=fail_on,
    )
