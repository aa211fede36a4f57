"""Podman, containerd and CRI-O: installed, which version, how they are configured."""

import re
from collections.abc import Iterator

from gpucheck.probes._base import Part, Probe
from gpucheck.probes._binaries import Wanted, binaries
from gpucheck.probes._cri_config import cri_configs
from gpucheck.probes._oci_hooks import oci_hooks
from gpucheck.probes._podman_config import podman_config
from gpucheck.system.ports import System

# "podman version 4.3.1"; "containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7";
# "crio version 1.30.0"
PROGRAMS = (
    Wanted("podman", "podman", re.compile(r"^podman version v?(\d\S*)", re.MULTILINE)),
    Wanted("containerd", "containerd", re.compile(r"^containerd \S+ v?(\d\S*)", re.MULTILINE)),
    Wanted("crio", "crio", re.compile(r"^crio version v?(\d\S*)", re.MULTILINE)),
)


def _run(system: System) -> Iterator[Part]:
    config = podman_config(system)
    yield "podman_config", config
    yield "oci_hooks", oci_hooks(system.files, config)
    yield "cri_configs", cri_configs(system)
    yield from binaries(system, PROGRAMS)


PROBE = Probe("other_engines", _run)
