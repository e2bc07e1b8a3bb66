"""Which tasks help which, measured while they are trained together, and a grouping from it."""

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from trunkline.training.signals import Balancer, Signal, State

EVERY = 10  # steps from one measurement to the next: as good as each step, says the paper
FEW = 6  # tasks, up to which every grouping is tried: 203 of six
Groups = tuple[tuple[int, ...], ...]


def build() -> Balancer:
    """Return equal weights, under which every tenth step's affinity is added up.

    References:
        Fifty et al., "Efficiently Identifying Task Groupings for Multi-Task Learning", NeurIPS
        2021 (TAG).
    """

    def start(tasks: int, parameters: int) -> State:
        del parameters
        return tf.zeros((tasks, tasks)), tf.zeros((tasks, tasks))

    def weigh(state: State, signal: Signal) -> tuple[tf.Tensor, State]:
        total, count = state
        both = signal.present[:, None] * signal.present[None, :]
        due = signal.step % EVERY == 0
        found = tf.cond(due, lambda: both * signal.affinity(), lambda: tf.zeros_like(total))
        count += tf.where(due, both, 0.0)
        return tf.ones_like(signal.losses), (total + found, count)

    return Balancer(needs="losses", start=start, weigh=weigh)


def mean(state: Sequence[np.ndarray]) -> np.ndarray:
    """Return the mean affinity [T, T] of a run's last state; 0 of tasks that never met."""
    total, count = (np.asarray(one, np.float64) for one in state)
    return np.divide(total, count, out=np.zeros_like(total), where=count > 0)


def grouped(affinity: np.ndarray) -> Groups:
    """Return groups of tasks to train together, each task in one of them.

    The best grouping has the largest sum over tasks j of the mean of Z_ij over the other tasks i
    of its group; a task alone adds 0. Up to six tasks all groupings are tried; of more, from each
    task alone, the two groups are joined that raise the sum most, until none do.

    Args:
        affinity: Z [T, T], Z_ij what a step of task i does for task j.

    Returns:
        Groups in the order of their first tasks.
    """
    tasks = tuple(range(len(affinity)))
    if len(tasks) <= FEW:
        return max(_partitions(tasks), key=lambda groups: _worth(affinity, groups))
    groups: Groups = tuple((task,) for task in tasks)
    while len(groups) > 1:
        best = max(_joined(groups), key=lambda joined: _worth(affinity, joined))
        if _worth(affinity, best) <= _worth(affinity, groups):
            break
        groups = best
    return groups


def _worth(affinity: np.ndarray, groups: Groups) -> float:
    """Return the sum over tasks of the mean affinity of their group onto them."""
    return float(
        sum(
            np.mean([affinity[i, j] for i in group if i != j])
            for group in groups
            for j in group
            if len(group) > 1
        )
    )


def _partitions(tasks: tuple[int, ...]) -> Iterator[Groups]:
    """Yield every way to put tasks into groups, the one group of all first."""
    if not tasks:
        yield ()
        return
    first, rest = tasks[0], tasks[1:]
    for groups in _partitions(rest):
        for place, group in enumerate(groups):
            yield ((first, *group), *groups[:place], *groups[place + 1 :])
        yield ((first,), *groups)


def _joined(groups: Groups) -> Iterator[Groups]:
    """Yield every way to join two groups."""
    for place, group in enumerate(groups):
        for other in range(place + 1, len(groups)):
            both = tuple(sorted((*group, *groups[other])))
            rest = (*groups[place + 1 : other], *groups[other + 1 :])
            yield (*groups[:place], both, *rest)
