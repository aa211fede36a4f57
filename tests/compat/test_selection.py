"""Which devices a request means on a host."""

from collections.abc import Iterable
from typing import Any

import pytest

from gpucheck.compat.cdi_device import parse_cdi_device
from gpucheck.compat.gpus_option import parse_gpus
from gpucheck.compat.selection import Selection, resolve
from gpucheck.errors import SelectionError, UsageError
from gpucheck.model.device_request import DeviceRequest
from gpucheck.model.fact import Reason
from gpucheck.model.gpu import Gpu, MigDevice
from gpucheck.model.target import Path
from tests.builders import a_gpu, absent, unavailable

PLAIN = (a_gpu(0), a_gpu(1), a_gpu(2))
ZERO, ONE, TWO = (gpu.uuid.require() for gpu in PLAIN)
MIG = tuple(f"MIG-0a1b2c3d-1111-2222-3333-44445555666{number}" for number in range(3))
THERE = f"there are 0 ({ZERO}), 1 ({ONE}), 2 ({TWO})"


def a_mig_gpu(index: int, uuids: Iterable[str], **changes: Any) -> Gpu:
    devices = tuple(
        MigDevice(uuid, "MIG 1g.10gb", 7 + number, 0, 10 * 2**30) for number, uuid in enumerate(uuids)
    )
    return a_gpu(index, **{"mig_enabled": True, "mig_devices": devices, **changes})


MIXED = (a_gpu(0), a_mig_gpu(1, MIG[:2]), a_mig_gpu(2, MIG[2:]))


def select(
    spec: str, gpus: tuple[Gpu, ...] = PLAIN, path: Path | None = None, *, wsl: bool = False
) -> Selection:
    return resolve(parse_gpus(spec), gpus, wsl=wsl, path=path)


def refusal(spec: str, gpus: tuple[Gpu, ...] = PLAIN, path: Path | None = None) -> str:
    with pytest.raises(SelectionError) as caught:
        select(spec, gpus, path)
    assert isinstance(caught.value, UsageError)
    assert str(caught.value).isprintable()
    return str(caught.value)


@pytest.mark.parametrize("path", [None, Path.LEGACY, Path.CDI, Path.JIT_CDI])
@pytest.mark.parametrize(
    ("spec", "uuids"),
    [
        ("all", (ZERO, ONE, TWO)),
        ("-1", (ZERO, ONE, TWO)),
        ("-7", (ZERO, ONE, TWO)),
        ("1", (ZERO,)),
        ("2", (ZERO, ONE)),
        ("3", (ZERO, ONE, TWO)),
        ("driver=nvidia", (ZERO,)),
        ("device=2", (TWO,)),
        ('"device=2,0"', (TWO, ZERO)),
        ('"device=0,0"', (ZERO,)),
        (f'"device=1,{ONE}"', (ONE,)),
        (f"device={TWO}", (TWO,)),
        ('"device=,1,"', (ONE,)),
        ("device=all", (ZERO, ONE, TWO)),
        ('"device=1,all"', (ZERO, ONE, TWO)),
    ],
)
def test_plain_gpus_whatever_the_path(spec: str, uuids: tuple[str, ...], path: Path | None) -> None:
    assert select(spec, path=path) == Selection(uuids)


@pytest.mark.parametrize(
    ("spec", "note"),
    [
        ("0", "no GPU is asked for"),
        ("count=0", "no GPU is asked for"),
        ("device=", "no GPU is asked for"),
        ("device=none", "none: the container gets the driver's files and no GPU"),
        ('"device=0,none"', "none: the container gets the driver's files and no GPU"),
        ('"device=all,none,void"', "void: the NVIDIA runtime leaves the container alone"),
    ],
)
def test_nothing_is_asked_for(spec: str, note: str) -> None:
    assert select(spec) == Selection(notes=(note,))
    assert select(spec, wsl=True).enforceable


ODD = [
    ("device=ALL", "all", (ZERO, ONE, TWO)),
    ("device=01", "1", (ONE,)),
    (f"device={ONE.upper()}", ONE, (ONE,)),
    (f"device={ONE.lower()}", ONE, (ONE,)),
    ("device=0000:18:00.0", "1", (ONE,)),
    ("device=00000000:18:00.0", "1", (ONE,)),
    ("device=0:18:0.0", "1", (ONE,)),
    ("device=0X0:18:00", "1", (ONE,)),
]


@pytest.mark.parametrize(("spec", "exact", "uuids"), ODD)
def test_names_that_the_legacy_hook_alone_takes(spec: str, exact: str, uuids: tuple[str, ...]) -> None:
    name = spec.partition("=")[2]
    note = f"only the legacy hook is sure to take '{name}'; {exact} is taken everywhere"
    assert select(spec) == Selection(uuids, notes=(note,))
    assert select(spec, path=Path.LEGACY) == Selection(uuids)
    assert refusal(spec, path=Path.CDI) == f"a CDI spec has no device '{name}'; write {exact}"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("4", f"a count of 4 is asked for; {THERE}"),
        ("9223372036854775807", f"a count of 9223372036854775807 is asked for; {THERE}"),
        ("device=3", f"no device '3' on this host; {THERE}"),
        ("device=-1", f"no device '-1' on this host; {THERE}"),
        (f"device={'9' * 50}", f"no device '{'9' * 50}' on this host; {THERE}"),
        ("device=GPU-fef8089b", f"no device 'GPU-fef8089b' on this host; {THERE}"),
        (f"device={ONE[:-1]}", f"no device '{ONE[:-1]}' on this host; {THERE}"),
        ("device=MIG-1", f"no device 'MIG-1' on this host; {THERE}"),
        ("device=0:0", f"no device '0:0' on this host; {THERE}; GPU 0 is not in MIG mode"),
        ("device=5:0", f"no device '5:0' on this host; {THERE}"),
        ("device=0000:99:00.0", f"no device '0000:99:00.0' on this host; {THERE}"),
        ("device=17:00.0", f"no device '17:00.0' on this host; {THERE}; a PCI address has its domain in front, as in 0000:17:00.0"),
        ("device=gpu0", f"no device 'gpu0' on this host; {THERE}"),
        ("device= 0", f"no device ' 0' on this host; {THERE}"),
        ("device=\x1b[31m", f"no device '\\u001b[31m' on this host; {THERE}"),
        ("device=0,2", "Docker refuses the request: cannot set both Count and DeviceIDs on device request; ask for devices or for a count"),
        ("driver=amd", 'Docker refuses the request: could not select device driver "amd" with capabilities: [[gpu]]; leave driver= out'),
        ("capabilities=ngx", 'Docker refuses the request: could not select device driver "" with capabilities: [[ngx gpu]]; Docker knows the capabilities compute, compat32, graphics, utility, video, display'),
        ("driver=cdi,device=0", "'0' names no CDI device: a name is vendor/class=device"),
        ("driver=cdi,device=nvidia.com/gpu=7", f"no device '7' on this host; {THERE}"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_one_line(spec: str, said: str) -> None:
    assert refusal(spec) == said


def test_the_beginning_of_a_uuid_is_not_enough() -> None:
    gpus = (a_gpu(0, uuid="GPU-fef8089b-0000"), a_gpu(1, uuid="GPU-aaaa-0000"))
    there = "there are 0 (GPU-fef8089b-0000), 1 (GPU-aaaa-0000)"
    said = f"no device 'GPU-FEF8' on this host; {there}; write GPU-fef8089b-0000 in full"
    assert refusal("device=GPU-FEF8", gpus) == said


def test_a_host_of_many_gpus_and_one_of_none() -> None:
    many = tuple(a_gpu(index, uuid=f"GPU-{index}") for index in range(16))
    listed = ", ".join(f"{index} (GPU-{index})" for index in range(8))
    assert refusal("device=16", many) == f"no device '16' on this host; there are {listed} and 8 more"
    assert refusal("1", ()) == "a count of 1 is asked for; NVML lists no GPU"
    assert refusal("device=0", ()) == "no device '0' on this host; NVML lists no GPU"
    assert refusal("device=1", (a_gpu(0, uuid="GPU-0"),)).endswith("; there is 0 (GPU-0)")
    assert select("all", ()) == Selection(notes=("NVML lists no GPU",))


@pytest.mark.parametrize("path", [None, Path.LEGACY, Path.CDI, Path.JIT_CDI])
@pytest.mark.parametrize(
    ("spec", "uuids"),
    [
        ("all", (ZERO, *MIG)),
        ("device=1:0", MIG[:1]),
        ('"device=2:0,1:1"', (MIG[2], MIG[1])),
        (f"device={MIG[1]}", MIG[1:2]),
        (f'"device=1:1,{MIG[1]},0"', (MIG[1], ZERO)),
        ("1", (ZERO,)),
    ],
)
def test_mig_devices_are_asked_for_themselves(spec: str, uuids: tuple[str, ...], path: Path | None) -> None:
    assert select(spec, MIXED, path) == Selection(uuids)


@pytest.mark.parametrize("spec", ["device=1", f"device={ONE}"])
def test_a_gpu_in_mig_mode_by_its_own_name(spec: str) -> None:
    note = "GPU 1 is in MIG mode: CUDA finds only MIG devices that are asked for themselves"
    for path in (Path.LEGACY, Path.JIT_CDI):
        assert select(spec, MIXED, path) == Selection((ONE,), notes=(note,))
    unknown = "GPU 1 is in MIG mode, and a CDI spec gives it no name of its own"
    for other in (None, Path.CDI):
        assert select(spec, MIXED, other) == Selection(unknown=(unknown,))


def test_a_count_takes_gpus_by_index_in_mig_mode_too() -> None:
    selection = select("2", MIXED)
    assert selection.uuids == (ZERO,)
    assert selection.unknown == ("GPU 1 is in MIG mode, and a CDI spec gives it no name of its own",)


def test_no_such_mig_device() -> None:
    there = f"there are 0 ({ZERO}), 1:0 ({MIG[0]}), 1:1 ({MIG[1]}), 2:0 ({MIG[2]})"
    assert refusal("device=1:2", MIXED) == f"no device '1:2' on this host; {there}"
    old = f"MIG-{ONE}/8/0"  # as drivers before 470 named it
    assert refusal(f"device={old}", MIXED) == f"no device '{old}' on this host; {there}; write {MIG[1]}"
    other = f"MIG-{ONE}/9/0"
    assert refusal(f"device={other}", MIXED) == f"no device '{other}' on this host; {there}"
    empty = (a_mig_gpu(0, ()),)
    said = f"no device '0:0' on this host; there is 0 ({ZERO}); GPU 0 has no MIG device"
    assert refusal("device=0:0", empty) == said
    note = "GPU 0 is in MIG mode and has no MIG device: CUDA cannot use it"
    assert select("all", empty) == Selection(notes=(note,))


GAP = tuple(
    MigDevice(uuid, "MIG 1g.10gb", 7 + index, 0, 10 * 2**30, index)
    for uuid, index in zip(MIG, (0, 1, 3), strict=True)
)
GAPPED = (a_gpu(0, mig_enabled=True, mig_devices=GAP),)


@pytest.mark.parametrize("path", [Path.CDI, Path.JIT_CDI])
def test_the_number_of_a_mig_device_is_nvmls_index(path: Path) -> None:
    assert select("device=0:3", GAPPED, path) == Selection((MIG[2],))
    assert select("all", GAPPED, path) == Selection(MIG)
    there = f"there are 0:0 ({MIG[0]}), 0:1 ({MIG[1]}), 0:3 ({MIG[2]})"
    assert refusal("device=0:2", GAPPED, path) == f"no device '0:2' on this host; {there}"


def test_the_legacy_hook_finds_no_mig_device_behind_a_gap() -> None:
    assert select("device=0:1", GAPPED, Path.LEGACY) == Selection((MIG[1],))
    assert select("all", GAPPED, Path.LEGACY) == Selection(MIG[:2])
    there = f"there are 0:0 ({MIG[0]}), 0:1 ({MIG[1]})"
    gap = "the legacy hook finds no MIG device behind a gap in NVML's indices"
    for name in ("0:3", MIG[2]):
        said = f"no device '{name}' on this host; {there}; {gap}"
        assert refusal(f"device={name}", GAPPED, Path.LEGACY) == said


def test_behind_a_gap_it_is_the_path_that_tells() -> None:
    unknown = f"whether {MIG[2]} is found: the legacy hook finds no MIG device behind a gap in NVML's indices"
    for name in ("device=0:3", f"device={MIG[2]}"):
        assert select(name, GAPPED) == Selection(unknown=(unknown,))
    assert select("all", GAPPED) == Selection(MIG[:2], unknown=(unknown,))
    assert select("device=0:1", GAPPED) == Selection((MIG[1],))


def test_a_uuid_that_could_not_be_read_is_named_not_guessed() -> None:
    gpus = (a_gpu(0), a_gpu(1, uuid=unavailable(Reason.GPU_LOST)))
    reason = "the UUID of GPU 1: it could not be read (gpu lost)"
    assert select("all", gpus) == Selection((ZERO,), (reason,))
    assert select("device=1", gpus) == Selection((), (reason,))
    assert select("device=0", gpus) == Selection((ZERO,))
    maybe = f"whether GPU 1 has '{TWO}': its UUID could not be read (gpu lost)"
    assert select(f"device={TWO}", gpus) == Selection((), (maybe,))
    assert refusal("device=MIG-1", gpus) == f"no device 'MIG-1' on this host; there are 0 ({ZERO}), 1"
    gone = (a_gpu(0, uuid=absent()),)
    assert select("all", gone) == Selection((), ("the UUID of GPU 0: it is not there",))


def test_a_mode_or_an_address_that_could_not_be_read() -> None:
    mode = (a_gpu(0, mig_enabled=unavailable(Reason.TIMEOUT)),)
    reason = "whether GPU 0 is in MIG mode: it could not be read (timeout)"
    for spec in ("all", "1", "device=0", "device=0:0"):
        assert select(spec, mode) == Selection((), (reason,))
    assert select("device=MIG-1", mode).unknown == (f"whether GPU 0 has 'MIG-1': {reason}",)
    no_mig = (a_gpu(0, mig_enabled=unavailable(Reason.UNSUPPORTED)), a_gpu(1, mig_enabled=absent()))
    assert select("all", no_mig) == Selection((ZERO, ONE))
    devices = (a_gpu(0, mig_enabled=True, mig_devices=unavailable(Reason.FAILED)),)
    unread = "the MIG devices of GPU 0: the list could not be read (failed)"
    for spec in ("all", "device=0:0"):
        assert select(spec, devices) == Selection((), (unread,))
    address = (a_gpu(0, pci_bus_id=unavailable(Reason.FAILED)),)
    maybe = "whether GPU 0 is at '0000:99:00.0': its address could not be read (failed)"
    assert select("device=0000:99:00.0", address) == Selection((), (maybe,))


def test_names_of_cdi() -> None:
    for name, uuids in (("0", (ZERO,)), ("1:1", (MIG[1],)), ("all", (ZERO, *MIG)), (MIG[2], (MIG[2],))):
        request = parse_cdi_device(f"nvidia.com/gpu={name}")
        assert resolve(request, MIXED, wsl=False) == Selection(uuids)
        assert resolve(request, MIXED, wsl=False, path=Path.LEGACY) == Selection(uuids)
        assert resolve(parse_cdi_device(f"runtime.nvidia.com/gpu={name}"), MIXED, wsl=False) == Selection(
            uuids
        )
    assert select("device=nvidia.com/gpu=0") == Selection((ZERO,))
    said = "the legacy hook takes no CDI name like 'nvidia.com/gpu=0'; ask for it by --device"
    assert refusal("device=nvidia.com/gpu=0", path=Path.LEGACY) == said


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("amd.com/gpu=0", "amd.com/gpu=0"),
        ("nvidia.com/gds=all", "nvidia.com/gds=all"),
        ("nvidia.com/gpu=gpu0", "gpu0"),  # a spec with names of another strategy
    ],
)
def test_names_only_the_cdi_spec_explains(name: str, shown: str) -> None:
    unknown = f"'{shown}': only the CDI spec tells which device that is"
    assert resolve(parse_cdi_device(name), PLAIN, wsl=False) == Selection((), (unknown,))


def test_cdi_names_are_exact() -> None:
    said = f"a CDI spec has no device '{ONE.upper()}'; write {ONE}"
    with pytest.raises(SelectionError, match=said):
        resolve(parse_cdi_device(f"nvidia.com/gpu={ONE.upper()}"), PLAIN, wsl=False)


def test_under_wsl_fewer_than_all_cannot_be_enforced() -> None:
    note = "under WSL a container gets all GPUs, whichever are asked for"
    assert select("device=1", wsl=True) == Selection((ONE,), notes=(note,), enforceable=False)
    assert select("2", wsl=True) == Selection((ZERO, ONE), notes=(note,), enforceable=False)
    assert select("all", wsl=True) == Selection((ZERO, ONE, TWO))
    assert select("3", wsl=True) == Selection((ZERO, ONE, TWO))
    assert select("device=0", PLAIN[:1], wsl=True) == Selection((ZERO,))


def test_a_request_made_by_hand() -> None:
    assert resolve(DeviceRequest(count=2), PLAIN, wsl=False) == Selection((ZERO, ONE))
    assert resolve(DeviceRequest(), PLAIN, wsl=False) == Selection(notes=("no GPU is asked for",))
