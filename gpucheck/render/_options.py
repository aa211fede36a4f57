"""How a document should look; decided by the command line, never by a renderer."""

from dataclasses import dataclass

from gpucheck.model.choices import FailOn


@dataclass(frozen=True, slots=True)
class Options:
    """Looks of the terminal format, which other formats ignore, and what counts as bad."""

    colour: bool = False
    unicode: bool = False  # false: plain ASCII, for pipes, logs and serial consoles
    width: int = 100  # columns
    verbose: bool = False  # every pass and skip, and all evidence
    fail_on: FailOn = FailOn.FAIL  # formats that know good and bad only draw the line there
