"""What would mend a host: Report -> Plan. Pure; nothing is executed."""

from gpucheck.planning.faults import Selection
from gpucheck.planning.planner import make_plan

__all__ = ["Selection", "make_plan"]
