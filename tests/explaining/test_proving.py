"""The host's facts weigh causes, and show those that lie behind them."""

from gpucheck.explaining.evidence import Candidate
from gpucheck.explaining.proving import proven
from gpucheck.model.rows import CauseRow, Proof
from tests.builders import a_host
from tests.explaining.texts import a_cause

VERSION = "driver.module_version"
IS_580 = Proof(VERSION, "it is 580", "~", "^580", "proves", "refutes")
IS_550 = Proof(VERSION, "it is 550", "~", "^550", "proves", "refutes")


def weighed(*causes: CauseRow, host: bool = True) -> dict[str, float]:
    table = {cause.label: cause for cause in causes}
    found = proven([Candidate("named", 4)], a_host() if host else None, {}, table)
    return {candidate.cause: candidate.points for candidate in found}


def test_proof_adds_refutation_takes_and_neither_removes() -> None:
    assert weighed(a_cause("named", IS_580))["named"] > 4
    assert 0 < weighed(a_cause("named", IS_550))["named"] < 4
    assert weighed(a_cause("named"))["named"] == 4
    assert weighed(a_cause("named", IS_580), host=False)["named"] == 4


def test_what_explains_a_named_cause_is_added_if_the_host_proves_it() -> None:
    named = a_cause("named")
    assert weighed(named, a_cause("root", IS_580, explains=("named",)))["root"] > 4
    assert "root" not in weighed(named, a_cause("root", IS_550, explains=("named",)))
    assert "root" not in weighed(named, a_cause("root", explains=("named",)))
    assert "root" not in weighed(named, a_cause("root", IS_580))
    assert "root" not in weighed(named, a_cause("root", IS_580, explains=("named",)), host=False)
