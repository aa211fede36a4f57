from dataclasses import replace
from typing import Any

import pytest

from tests.builders import a_binary, absent, unavailable
from tests.checks.contract.agreed import said

NO_CTK = {"toolkit.nvidia_ctk": absent()}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"toolkit.nvidia_ctk": a_binary("nvidia-ctk", version="1.17.8")}, "pass"),
        ({"toolkit.nvidia_ctk": a_binary("nvidia-ctk", version="1.17.7")}, "fail"),
        (
            NO_CTK | {"toolkit.nvidia_container_cli": a_binary("nvidia-container-cli", version="1.18.0")},
            "pass",
        ),
        (NO_CTK | {"toolkit.nvidia_container_cli": absent()}, "fail"),
        ({"toolkit.nvidia_ctk": unavailable()}, "unknown"),
        ({"toolkit.nvidia_ctk": replace(a_binary("nvidia-ctk"), version=unavailable())}, "unknown"),
    ],
)
def test_releases(changes: dict[str, Any], status: str) -> None:
    found = said("toolkit_version_agreed", '[toolkit]\nversion = ">=1.17.8"\n', changes)
    assert [(s, subject) for s, subject, _ in found] == [(status, "host")]
