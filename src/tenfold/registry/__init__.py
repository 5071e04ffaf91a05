"""The registry: which models there are, which version answers under which name, and who decided it, when, and why."""

from tenfold.registry.history import Entry
from tenfold.registry.names import Reference
from tenfold.registry.registry import Registry
from tenfold.registry.versions import Model, Version

__all__ = ["Entry", "Model", "Reference", "Registry", "Version"]
