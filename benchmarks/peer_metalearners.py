"""The same meta-learners in PyTorch, as the documentation of `torch.func` writes them."""

from collections.abc import Callable, Iterator
from itertools import pairwise

import torch
from torch.func import functional_call, grad, vmap
from torch.nn.functional import cross_entropy

from benchmarks import episodes

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
Weights = dict[str, torch.Tensor]


def make() -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    torch.set_num_threads(1)  # products so small gain nothing by a second one
    batches = list(_batches())
    return {
        "maml, torch.func": lambda: _maml(batches, second=True),
        "fomaml, torch.func": lambda: _maml(batches, second=False),
        "prototypes, PyTorch": lambda: _prototypes(batches),
    }


def _batches() -> Iterator[Batch]:
    drawn = episodes.draw()
    x, *labels = (torch.from_numpy(it) for it in (drawn.x, drawn.support_y, drawn.query_y))
    support_y, query_y = (y.long().expand(episodes.BATCH, -1) for y in labels)
    for first in range(0, episodes.BATCH * episodes.STEPS, episodes.BATCH):
        some = slice(first, first + episodes.BATCH)
        support, query = (x[torch.from_numpy(it[some])] for it in (drawn.support, drawn.query))
        yield support, support_y, query, query_y


def _network(*sizes: int) -> torch.nn.Sequential:
    layers: list[torch.nn.Module] = []
    for before, after in pairwise(sizes):
        layers += [torch.nn.Linear(before, after), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers)


def _maml(batches: list[Batch], *, second: bool) -> None:
    network = _network(episodes.INPUTS, *episodes.WIDTHS, episodes.WAYS)[:-1]
    weights = dict(network.named_parameters())
    optimizer = torch.optim.Adam(weights.values(), episodes.OUTER)

    def cost(weights: Weights, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return cross_entropy(functional_call(network, weights, (x,)), y)

    def loss(
        weights: Weights, x: torch.Tensor, y: torch.Tensor, z: torch.Tensor, t: torch.Tensor
    ) -> torch.Tensor:
        for _ in range(episodes.INNER):
            slopes = grad(cost)(weights, x, y)
            if not second:
                slopes = {name: slope.detach() for name, slope in slopes.items()}
            weights = {k: w - episodes.RATE * slopes[k] for k, w in weights.items()}
        return cost(weights, z, t)

    for batch in batches:
        optimizer.zero_grad()
        vmap(loss, in_dims=(None, 0, 0, 0, 0))(weights, *batch).mean().backward()
        optimizer.step()


def _prototypes(batches: list[Batch]) -> None:
    network = _network(episodes.INPUTS, *episodes.WIDTHS)
    optimizer = torch.optim.Adam(network.parameters(), episodes.OUTER)
    for support, _, query, query_y in batches:
        optimizer.zero_grad()
        seen, asked = network(support), network(query)  # [B, rows, width]
        means = seen.unflatten(1, (episodes.WAYS, episodes.SHOTS)).mean(2)
        logits = -torch.cdist(asked, means).square()
        cross_entropy(logits.flatten(0, 1), query_y.flatten()).backward()
        optimizer.step()
