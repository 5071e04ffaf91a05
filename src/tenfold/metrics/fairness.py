"""How differently groups are treated by decisions. 0 is exactly alike, 1 as different as can be.

Arrays are [N]: ``target`` and ``decisions`` boolean (true: positive), ``groups`` text or numbers. A group that a rate
is undefined for (nobody in it is positive, say) takes no part in that rate; with fewer than two groups left the
difference is NaN, which no gate lets pass.

>>> import numpy as np
>>> groups = np.array(["a", "a", "b", "b"])
>>> demographic_parity_difference(np.ones(4, bool), np.array([True, True, True, False]), groups)
0.5
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: The names that the workflow file knows.
FAIRNESS_METRICS = ("demographic_parity_difference", "equal_opportunity_difference", "equalized_odds_difference")


def rate_by_group(decisions: NDArray[Any], groups: NDArray[Any], among: NDArray[Any]) -> dict[Any, float]:
    """The share decided positive in each group, among the rows that ``among`` marks.

    >>> import numpy as np
    >>> rate_by_group(np.array([True, False]), np.array(["a", "a"]), np.array([True, True]))
    {'a': 0.5}
    """
    found = groups[among].tolist()
    return {group: float(decisions[among & (groups == group)].mean()) for group in sorted(set(found))}


def demographic_parity_difference(target: NDArray[Any], decisions: NDArray[Any], groups: NDArray[Any]) -> float:
    """The largest difference between groups in the share decided positive.

    Dwork et al., Fairness through awareness, ITCS 2012.
    """
    return _spread(rate_by_group(decisions, groups, target == target))


def equal_opportunity_difference(target: NDArray[Any], decisions: NDArray[Any], groups: NDArray[Any]) -> float:
    """The largest difference between groups in recall (the true positive rate).

    Hardt, Price & Srebro, Equality of opportunity in supervised learning, NeurIPS 2016.

    >>> import numpy as np
    >>> yes = np.ones(4, bool)
    >>> equal_opportunity_difference(yes, np.array([True, True, False, False]), np.array(["a", "a", "b", "b"]))
    1.0
    """
    return _spread(rate_by_group(decisions, groups, target))


def equalized_odds_difference(target: NDArray[Any], decisions: NDArray[Any], groups: NDArray[Any]) -> float:
    """The larger of the differences in true positive and in false positive rate.

    Hardt, Price & Srebro, Equality of opportunity in supervised learning, NeurIPS 2016.
    """
    true_positives = _spread(rate_by_group(decisions, groups, target))
    false_positives = _spread(rate_by_group(decisions, groups, ~target))
    both = (true_positives, false_positives)
    return max(both) if all(each == each for each in both) else float("nan")


def _spread(rates: Mapping[Any, float]) -> float:
    return max(rates.values()) - min(rates.values()) if len(rates) > 1 else float("nan")


#: The functions by name.
FAIRNESS: Mapping[str, Callable[[NDArray[Any], NDArray[Any], NDArray[Any]], float]] = MappingProxyType({
    "demographic_parity_difference": demographic_parity_difference,
    "equal_opportunity_difference": equal_opportunity_difference,
    "equalized_odds_difference": equalized_odds_difference,
})  # fmt: skip
