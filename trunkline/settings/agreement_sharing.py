"""What sharing architectures ask of the other entries of a study."""

from collections.abc import Iterator

from trunkline.settings import loss_balancers, naming
from trunkline.settings.sharing import Balanced, DselectK, Ple, Soft
from trunkline.settings.study import Study

Problem = tuple[str, str]  # the place, what is wrong there
NO_PICTURES = ("ple", "dselect_k", "attention", "ltb")


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield what is wrong with the architectures of a study's joint training.

    Args:
        place: of `multitask.sharing`.
        study: the study.
    """
    for name, options in study.multitask.sharing.named().items():
        here = f"{place}.{name}"
        if not study.multitask.tasks:
            yield here, f"'{name}' has nothing to share: name tasks in multitask.tasks"
        yield from _balancer(f"{here}.balancer", name, options, study)
        yield from _trunk(here, name, options, study)
        if isinstance(options, DselectK):
            yield from _selection(here, options)


def _balancer(place: str, name: str, options: Balanced, study: Study) -> Iterator[Problem]:
    """Yield where the balancer is none of the study's, or finds no gradients to balance."""
    balancers, chosen = vars(study.multitask.balancers), options.balancer
    named = [other for other, given in balancers.items() if given is not None]
    if chosen not in balancers:
        yield place, f"unknown balancer '{chosen}'{naming.suggestion(chosen, list(balancers))}"
    elif chosen not in named:
        yield (
            place,
            f"expected a balancer that multitask.balancers names ({', '.join(named)}), received "
            f"'{chosen}': name it there too",
        )
    elif isinstance(options, Soft) and not of_losses(balancers[chosen]):
        yield (
            place,
            f"the balancer '{chosen}' needs gradients of weights that all tasks share, and "
            f"'{name}' has none: choose a balancer of losses, or another architecture",
        )


def of_losses(options: object) -> bool:
    """Return whether a balancer with such options looks at losses alone."""
    return type(options).__module__ == loss_balancers.__name__


def _trunk(place: str, name: str, options: Balanced, study: Study) -> Iterator[Problem]:
    network = study.network
    if network.trunk == "conv" and name in NO_PICTURES:
        yield place, f"'{name}' is for dense trunks and their like: network.trunk is 'conv'"
    if isinstance(options, Ple) and len(network.widths) < 2:
        yield (
            place,
            "expected network.widths of two layers or more, received "
            f"{list(network.widths)}: on one layer it is 'cgc'",
        )


def _selection(place: str, options: DselectK) -> Iterator[Problem]:
    experts = options.experts
    if experts & (experts - 1):
        yield f"{place}.experts", f"expected a power of two (2, 4, 8, ...), received {experts}"
    if options.k > experts:
        yield f"{place}.k", f"expected at most {experts}, as many as experts, received {options.k}"
