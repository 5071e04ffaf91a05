"""Transformers that scikit-learn lacks. Each is scikit-learn compatible and has a converter to the served graph."""

from tenfold.learning.transformers.clip import Clip
from tenfold.learning.transformers.dates import DateParts
from tenfold.learning.transformers.float32 import Float32
from tenfold.learning.transformers.frequency import FrequencyEncoder
from tenfold.learning.transformers.pairs import Pairs
from tenfold.learning.transformers.power import YeoJohnson
from tenfold.learning.transformers.telling import TellingColumns
from tenfold.learning.transformers.text_matrix import TextMatrix
from tenfold.learning.transformers.texts import LogCountRatio, Telling, Terms, Topics

__all__ = [
    "Clip", "DateParts", "Float32", "FrequencyEncoder", "LogCountRatio", "Pairs", "Telling",
    "TellingColumns", "Terms", "TextMatrix", "Topics", "YeoJohnson",
]  # fmt: skip
