from tenfold.api.model import Model as Model
from tenfold.api.model import load_model as load_model
from tenfold.api.run import Run as Run
from tenfold.api.workflow import Workflow as Workflow

__version__: str
__all__ = ["Model", "Run", "Workflow", "__version__", "load_model"]
