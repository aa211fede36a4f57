"""What every test container is allowed, whichever engine starts it."""

# a context on each of eight GPUs takes some 2 GiB of the host's memory
MEMORY_BYTES = 8 << 30
PROCESSES = 1024  # threads too: numerical libraries start one per core
SCRATCH = "/tmp"  # noqa: S108 - in the container, in memory
SCRATCH_OPTIONS = "rw,nosuid,nodev,size=256m,mode=1777"
