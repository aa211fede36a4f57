from typing import Any

import pytest

from gpucheck.model.fact import Reason
from tests.builders import absent, unavailable
from tests.checks.contract.agreed import said

SILENT = {"nvml.driver_version": unavailable(Reason.LIBRARY_MISMATCH, "18")}


@pytest.mark.parametrize(
    ("term", "changes", "expected"),
    [
        (">=550.54.14,<600", {}, ("pass", "host", "driver 580.95.05 (agreed: >=550.54.14,<600)")),
        # leading zeros do not count, as in the driver's own numbers
        ("==580.95.5", {}, ("pass", "host", "driver 580.95.05 (agreed: 580.95.5)")),
        ("~=580.95", {}, ("pass", "host", "driver 580.95.05 (agreed: ~=580.95)")),
        ("<580", {}, ("fail", "host", "driver 580.95.05, where <580 is agreed")),
        ("!=580.65.06", {}, ("pass", "host", "driver 580.95.05 (agreed: !=580.65.06)")),
        ("==580.*", {}, ("pass", "host", "driver 580.95.05 (agreed: 580.*)")),
        ("!=580.*", {}, ("fail", "host", "driver 580.95.05, where !=580.* is agreed")),
        (">=1", {"nvml.driver_version": "N/A"},
         ("unknown", "host", "could not tell whether driver.version is kept to")),
        # without NVML the loaded module tells
        (">=580", SILENT, ("pass", "host", "driver 580.95.05 (agreed: >=580)")),
        (">=580", SILENT | {"driver.module_version": absent()}, ("fail", "host", "no driver, where >=580 is agreed")),
        (
            ">=580",
            SILENT | {"driver.module_version": unavailable()},
            ("unknown", "host", "could not tell whether the driver is of a release agreed on"),
        ),
    ],
)  # fmt: skip
def test_releases(term: str, changes: dict[str, Any], expected: tuple[str, str, str]) -> None:
    assert said("driver_version_agreed", f'[driver]\nversion = "{term}"\n', changes) == [expected]
