"""Explanations for tests of what renders them."""

from gpucheck.model.explanation import Clue, Confidence, Explanation, Match, Outcome, ProofResult
from gpucheck.model.finding import Remedy

PROOF = (
    ProofResult("toolkit.hook", "there is no hook", "absent", Outcome.PROVES, "/usr/bin"),
    ProofResult("driver.version", "it is old", "580", Outcome.REFUTES),
    ProofResult("docker.started", "it is older", "", Outcome.UNKNOWN, if_so="proves", if_not="refutes"),
    ProofResult("docker.snap", "it is the snap", "false", Outcome.NEITHER),
)
REMEDY = Remedy("Install it.", (("sudo", "apt-get", "install", "it"),), url="https://example.org/it")
FOUND = Explanation(
    (
        Match(
            "toolkit_not_installed", Confidence.LIKELY, 'the text says "no driver"', "It is not there.",
            PROOF, "There is no hook.", REMEDY, (Clue("no_driver", "no driver"),),
        ),
        Match("snap_docker", Confidence.POSSIBLE, 'the text says "snap"', "It is the snap.", shows="A snap.",
              remedy=Remedy("Leave it.")),
    ),
    host_looked_at=True,
    data_version="2026.11.25",
)  # fmt: skip
NOTED = Explanation((), False, "2026.11.25", ('Xid 31: A page fault. Debug it. "Xid 31"',))
NOTHING = Explanation((), host_looked_at=False, data_version="2026.11.25")
HOSTILE = Explanation(
    (
        Match(
            "snap_docker", Confidence.CERTAIN, 'the text says "\x1b[31m\u202e<b>`x`|\n# y"', "It is.",
            (ProofResult("a.b", "so", "\x07<script>", Outcome.PROVES),), "So.", Remedy("Do."),
            (Clue("x", "\x1b[31m"),),
        ),
    ),
)  # fmt: skip
