"""Joint training in eager PyTorch, each balancer TorchJD's, as its documentation writes it."""

from collections.abc import Callable, Iterator

import torch
from torchjd import aggregation
from torchjd.autojac import jac_to_grad, mtl_backward

from benchmarks import cases

AGGREGATORS = {
    "equal": None,  # a plain sum asks for no Jacobian
    "pcgrad": aggregation.PCGrad,
    "upgrad": aggregation.UPGrad,
}


def make() -> dict[str, Callable[[], None]]:
    """Return what is timed, by name."""
    return {
        f"three tasks, {name}, eager PyTorch": _run(made and made())
        for name, made in AGGREGATORS.items()
    }


def _run(aggregator: aggregation.Aggregator | None) -> Callable[[], None]:
    """Return a training of three heads on Dense(128), with Adam."""
    x = torch.from_numpy(cases.tables().x)
    y = torch.from_numpy(cases.three()).float()
    trunk = torch.nn.Sequential(torch.nn.Linear(100, 128), torch.nn.ReLU())
    heads = torch.nn.ModuleList(torch.nn.Linear(128, 1) for _ in y)
    optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=1e-3)

    def run() -> None:
        for rows in _batches(len(x)):
            features = trunk(x[rows])
            losses = [
                torch.nn.functional.binary_cross_entropy_with_logits(head(features)[:, 0], known)
                for head, known in zip(heads, y[:, rows], strict=True)
            ]
            optimizer.zero_grad()
            if aggregator is None:
                torch.autograd.backward(torch.stack(losses).sum())
            else:
                mtl_backward(losses, features=features)
                jac_to_grad(trunk.parameters(), aggregator)
            optimizer.step()

    return run


def _batches(rows: int) -> Iterator[torch.Tensor]:
    """Return the rows of each step, in a new order in each epoch."""
    for _ in range(cases.EPOCHS):
        yield from torch.randperm(rows).reshape(-1, cases.BATCH)
