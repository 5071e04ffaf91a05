"""Training a network: RealMLP's parametrisation, initialisation and schedules, on the inputs of :mod:`encoding`.

What differs from the paper: piecewise-linear inputs in place of periodic embeddings, two layers of 128 in place of
three of 256, SiLU, and an eighth of the epochs. On one core that is what minutes allow (docs/decisions/0009).

Source: Holzmüller, Grinsztajn & Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted Trees on Tabular
Data", NeurIPS 2024, and its implementation, pytabkit.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.adamw import adamw

from tenfold.learning.networks.encoding import BOUND, LARGEST, Encoding
from tenfold.learning.networks.layers import Layer

#: Learning rates of the scales of inputs, of biases and of the slopes of activations, as multiples of the weights'; and
#: how far each of them decays.
_SCALES, _BIASES, _SLOPES = (6.0, 6.0), (0.1, 0.0), (0.1, 0.1)
_MOMENTA = (0.9, 0.95)
#: Steps after which it is known how long one takes, and the share of the time that steps are planned to take.
_TIMED, _PLANNED = 12, 0.8
#: Training ends where so many epochs, and as many again as the best one came after, brought nothing better.
_PATIENCE = 12
#: Rows that are answered at once.
_BLOCK = 4096


@dataclass(frozen=True)
class Rows:
    """Rows [N, d], what is to be answered [N] (codes, or values with mean 0 and deviation 1) and how much each counts
    [N] (None: all alike)."""

    X: NDArray[np.float64]
    y: NDArray[Any]
    weights: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class Plan:
    """How a network is trained. ``seconds``: the schedule is shortened to end by then (None: no limit)."""

    hidden: Sequence[int]
    epochs: int
    batch: int
    rate: float
    dropout: float
    decay: float
    seed: int = 0
    threads: int = 1
    seconds: float | None = None


def train(encoding: Encoding, rows: Rows, judged: Rows | None, outputs: int, plan: Plan) -> tuple[list[Layer], int]:
    """Layers as plain arrays, and the epoch that they are of (from 1): the one that answered ``judged`` best, or the
    last one. ``outputs``: classes, or 1 for values."""
    begun = time.monotonic()
    with _alone(plan.seed, plan.threads):
        network = _Network(encoding, plan.hidden, outputs)
        best = _Best(network, None if judged is None else _Tensors.of(judged))
        for epoch in _epochs(network, _Tensors.of(rows), plan, begun):
            if not best.look(epoch):
                break
        return best.layers, best.epoch


@contextlib.contextmanager
def _alone(seed: int, threads: int) -> Iterator[None]:
    """Random numbers and threads of its own: the caller's are as they were afterwards."""
    before = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


@dataclass(frozen=True)
class _Tensors:
    X: Tensor
    y: Tensor
    weights: Tensor | None

    @classmethod
    def of(cls, rows: Rows) -> _Tensors:
        held = torch.as_tensor(np.clip(rows.X, -LARGEST, LARGEST), dtype=torch.float32)
        kind = torch.int64 if rows.y.dtype.kind in "iu" else torch.float32
        weights = None if rows.weights is None else torch.as_tensor(rows.weights, dtype=torch.float32)
        return cls(held, torch.as_tensor(rows.y, dtype=kind), weights)

    def __len__(self) -> int:
        return len(self.y)

    def take(self, chosen: Any) -> _Tensors:
        return _Tensors(self.X[chosen], self.y[chosen], None if self.weights is None else self.weights[chosen])

    def loss(self, answers: Tensor) -> Tensor:
        """Cross-entropy, or the mean squared error."""
        if self.y.dtype == torch.int64:
            each = functional.cross_entropy(answers, self.y, reduction="none")
        else:
            each = (answers[:, 0] - self.y).square()
        return each.mean() if self.weights is None else (each * self.weights).sum() / self.weights.sum().clamp(min=1e-9)


class _Network(nn.Module):  # type: ignore[misc]
    """Encoding, a scale for each input, hidden layers with a parametric SiLU, and a last linear one."""

    def __init__(self, encoding: Encoding, hidden: Sequence[int], outputs: int) -> None:
        super().__init__()
        for name in ("median", "scale", "lower", "slope"):
            self.register_buffer(f"e_{name}", torch.as_tensor(getattr(encoding, name), dtype=torch.float32))
        for name in ("places", "gaps"):
            self.register_buffer(f"e_{name}", torch.as_tensor(getattr(encoding, name)))
        sizes = [encoding.width, *hidden, outputs]
        self.scales = nn.Parameter(torch.ones(encoding.width))
        self.weights = nn.ParameterList([torch.randn(one, other) for one, other in pairwise(sizes)])
        self.biases = nn.ParameterList([torch.zeros(size) for size in sizes[1:]])
        self.slopes = nn.ParameterList([torch.ones(size) for size in hidden])

    def inputs(self, X: Tensor) -> Tensor:
        """What :meth:`Encoding.transform` makes of the rows, in single precision."""
        missing = torch.isnan(X)
        known = torch.where(missing, self.e_median, X)
        scaled = (known - self.e_median) * self.e_scale
        scaled = scaled / (scaled.square() / BOUND**2 + 1.0).sqrt()
        passed = ((known[:, self.e_places] - self.e_lower) * self.e_slope).clamp(0.0, 1.0)
        return torch.cat([scaled, passed, missing[:, self.e_gaps].float()], dim=1)

    def forward(self, X: Tensor, dropout: float = 0.0) -> Tensor:
        return self.answers(self.inputs(X), dropout)

    def answers(self, inputs: Tensor, dropout: float = 0.0, first: bool = False) -> Tensor:
        """Answers [N, outputs]. ``first``: weights and biases are set by what these inputs make of them."""
        found = inputs * self.scales
        for place, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            through = found @ (weights / math.sqrt(len(weights)))
            if first:
                spread = through.std(dim=0, correction=0).clamp(min=1e-6)
                weights.div_(spread)
                through = through / spread
                bias.copy_(_kinks(through))
            found = through + bias
            if place < len(self.slopes):
                found = found + (functional.silu(found) - found) * self.slopes[place]
                found = functional.dropout(found, dropout) if dropout else found
        return found

    def groups(self) -> list[_Group]:
        """Parameters by how fast they are learned and how far they decay."""
        kinds = [([self.scales], _SCALES), (self.weights, (1.0, 1.0)), (self.biases, _BIASES), (self.slopes, _SLOPES)]
        return [_Group(list(each), rate, decay) for each, (rate, decay) in kinds if len(each)]

    def plain(self) -> list[Layer]:
        """The layers as arrays in double precision; the scales of inputs are part of the first one's weights."""
        layers = []
        for place, (weights, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            whole = _array(weights) / math.sqrt(len(weights))
            whole = _array(self.scales)[:, None] * whole if place == 0 else whole
            slope = _array(self.slopes[place]) if place < len(self.slopes) else None
            layers.append(Layer(whole, _array(bias), slope))
        return layers


class _Group:
    """Parameters that AdamW (Loshchilov & Hutter, ICLR 2019) moves alike; ``rate``, ``decay``: multiples of the plan's.

    By the function, as making a ``torch.optim.AdamW`` imports PyTorch's compiler, which takes seconds.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], rate: float, decay: float) -> None:
        self.parameters, self.rate, self.decay = list(parameters), rate, decay
        self.means, self.squares = ([torch.zeros_like(each) for each in parameters] for _ in range(2))
        self.steps = [torch.zeros(()) for _ in parameters]

    def step(self, rate: float, decay: float) -> None:
        """Move them by their gradients."""
        gradients = [each.grad for each in self.parameters if each.grad is not None]
        with torch.no_grad():
            adamw(
                self.parameters, gradients, self.means, self.squares, [], self.steps, fused=True, amsgrad=False,
                beta1=_MOMENTA[0], beta2=_MOMENTA[1], lr=rate * self.rate, weight_decay=decay * self.decay, eps=1e-8,
                maximize=False,
            )  # fmt: skip


def _kinks(values: Tensor) -> Tensor:
    """Biases that put the bend of an activation among the values it meets: minus random means of five of them."""
    chosen = values.gather(0, torch.randint(0, len(values), (5, values.shape[1])))
    shares = torch.empty(5, values.shape[1]).exponential_()
    return -(chosen * shares / shares.sum(dim=0)).sum(dim=0)


def _array(values: Tensor) -> NDArray[np.float64]:
    found: NDArray[np.float64] = values.detach().numpy().astype(np.float64)
    return found


def _epochs(network: _Network, rows: _Tensors, plan: Plan, begun: float) -> Iterator[int]:
    """Train; yields the number of each epoch as it ends. Where time is short there are fewer, down to a part of one."""
    size = min(len(rows), plan.batch)
    steps = len(rows) // size
    total, done = steps * plan.epochs, 0
    groups = network.groups()
    with torch.no_grad():
        network.answers(network.inputs(rows.X[torch.randperm(len(rows))[:size]]), first=True)
    started = time.monotonic()
    for epoch in range(1, plan.epochs + 1):
        order = torch.randperm(len(rows))
        for batch in order[: steps * size].split(size):
            _step(network, groups, rows.take(batch), plan, done / total)
            done += 1
            if plan.seconds is not None and done == _TIMED:
                each = (time.monotonic() - started) / done
                left = plan.seconds - (time.monotonic() - begun)
                total = min(total, done + max(0, int(_PLANNED * left / each)))
            if done >= total or (plan.seconds is not None and time.monotonic() - begun > plan.seconds):
                yield epoch
                return
        yield epoch


def _step(network: _Network, groups: Sequence[_Group], batch: _Tensors, plan: Plan, progress: float) -> None:
    """One batch. The learning rate rises and falls four times, ever more slowly; the rest wanes in the second half."""
    rate = plan.rate * 0.5 * (1.0 - math.cos(2.0 * math.pi * math.log2(1.0 + 15.0 * progress)))
    waning = 1.0 if progress <= 0.5 else 0.5 * (1.0 + math.cos(math.pi * (2.0 * progress - 1.0)))
    network.zero_grad(set_to_none=True)
    batch.loss(network(batch.X, plan.dropout * waning)).backward()
    for group in groups:
        group.step(rate, plan.decay * waning)


class _Best:
    """The layers of the epoch that answered the judged rows best; of the last one where there are none."""

    def __init__(self, network: _Network, judged: _Tensors | None) -> None:
        self.network, self.judged = network, judged
        self.epoch, self.loss = 0, math.inf
        self.layers: list[Layer] = []

    def look(self, epoch: int) -> bool:
        """Take note of an epoch; false when there is no point in going on."""
        loss = self.loss if self.judged is None else self._judge(self.judged)
        if not self.layers or loss <= self.loss:
            self.epoch, self.loss, self.layers = epoch, loss, self.network.plain()
        return epoch <= 2 * self.epoch + _PATIENCE

    def _judge(self, judged: _Tensors) -> float:
        with torch.no_grad():
            answers = torch.cat([self.network(block) for block in judged.X.split(_BLOCK)])
        return float(judged.loss(answers))
