"""The compute probe in each way it is compiled."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.compute_probe import compiled, cross_compiled


@pytest.fixture(params=["cc", "sanitized", "cross"])
def probe(request: Any) -> Path:
    """Return the probe as this machine's compiler makes it, with sanitizers, and as it is shipped."""
    return cross_compiled() if request.param == "cross" else compiled(request.param)
