"""From fitted scikit-learn pipelines to one ONNX graph, assembled node by node so that both give the same answer."""

from tenfold.learning.graph.assembly import compose
from tenfold.learning.graph.converters import NotConvertible
from tenfold.learning.graph.running import latency, run_graph, session, typed_feeds

__all__ = ["NotConvertible", "compose", "latency", "run_graph", "session", "typed_feeds"]
