"""Text for the logs of CI systems, which take some lines for commands.

GitHub's runner looks for ``::`` at the beginning of a line and for ``##[`` anywhere
(https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs, read 2026-11-25); Azure's agent for
``##vso[`` and ``##[`` (https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands);
GitLab for ``section_start:`` behind an escape (https://docs.gitlab.com/ci/jobs/job_logs/).
"""

from gpucheck.render._text import visible

_SECTION = "gpucheck"


def harmless(text: str) -> str:
    """Return a document of lines in which no CI system finds a command."""
    return "".join(f"{_line(line)}\n" for line in text.splitlines())


def gitlab_log(text: str, when: int) -> str:
    """Return the first line, which answers, and the document in a section that GitLab folds.

    ``when`` is the time for both ends of the section, in seconds since the epoch.
    """
    first = text.partition("\n")[0]
    start = f"\x1b[0Ksection_start:{when}:{_SECTION}[collapsed=true]\r\x1b[0Kgpucheck: the whole report"
    return f"{first}\n{start}\n{text}\x1b[0Ksection_end:{when}:{_SECTION}\r\x1b[0K\n"


def _line(line: str) -> str:
    shown = visible(line, 10_000).replace("##[", "## [").replace("##vso[", "## vso[")
    return f"| {shown}" if shown.lstrip().startswith("::") else shown
