"""The models that can compete, one file each."""

from tenfold.learning.candidates.candidate import Candidate, Size, Watch, candidate

__all__ = ["Candidate", "Size", "Watch", "candidate"]
