"""What a score is: one name, one meaning, from the workflow file to the model card.

Importing this package is cheap (no NumPy, no scikit-learn), because the command line checks names with it.

>>> METRICS["roc_auc"].greater_is_better, default_metric("regression").name
(True, 'rmse')
"""

from tenfold.metrics.metric import METRICS, Metric, Needs, Task, default_metric, metrics_for

__all__ = ["METRICS", "Metric", "Needs", "Task", "default_metric", "metrics_for"]
