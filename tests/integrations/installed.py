"""The scripts of a runner as docs/ci.md installs them, below a folder of the test's own."""

from pathlib import Path

from tests.integrations.commands import INTEGRATIONS, gpucheck_in

FIT, UNFIT, HUNG = "GPUCHECK_FROM=@dgx-h100", "GPUCHECK_FROM=@mismatch", "PATH={hung}:$PATH"
LIBRARY = "/usr/local/lib/gpucheck/"
_SETTINGS, _SECONDS = "settings=/etc/gpucheck/runner.env", "seconds=20"


class Installed:
    """Scripts in ``lib``, settings in ``runner.env``, jobs in ``jobs``."""

    def __init__(self, folder: Path, *scripts: Path) -> None:
        self.folder, self.library, self.jobs = folder, folder / "lib", folder / "jobs"
        self.settings = folder / "runner.env"
        self.jobs.mkdir()
        self.library.mkdir()
        for script in (INTEGRATIONS / "runner" / "look", *scripts):
            self.write(self.library / script.name, self.moved(script))
        gpucheck_in(folder / "bin")
        (folder / "hung").mkdir()
        self.write(folder / "hung" / "gpucheck", "#!/bin/sh\nexec sleep 1000\n")

    def moved(self, path: Path) -> str:
        """Return a script or unit with the paths of the test, and a bound of 3 seconds."""
        text = path.read_text()
        if path.name == "look":
            assert text.count(_SETTINGS) == text.count(_SECONDS) == 1
            return text.replace(_SETTINGS, f"settings={self.settings}").replace(_SECONDS, "seconds=3")
        return text.replace(LIBRARY, f"{self.library}/")

    def host(self, setting: str) -> None:
        """Say which host gpucheck finds from now on."""
        lines = f"PATH={self.folder / 'bin'}:$PATH\n{setting.format(hung=self.folder / 'hung')}\n"
        fresh = self.settings.with_suffix(".new")
        fresh.write_text(lines)
        fresh.replace(self.settings)

    def queue(self, name: str, script: str = "") -> None:
        """Give the runner a job."""
        fresh = self.folder / f"{name}.new"
        fresh.write_text(f"# {name}\n{script}\n")
        fresh.rename(self.jobs / name)

    def result(self, name: str) -> str:
        """Return what came of a job: '', ran, failed."""
        path = self.folder / f"{name}.result"
        return path.read_text().strip() if path.exists() else ""

    @staticmethod
    def write(path: Path, text: str) -> None:
        """Write a program."""
        path.write_text(text)
        path.chmod(0o755)
