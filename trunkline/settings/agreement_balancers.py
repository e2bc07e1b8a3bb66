"""What balancers ask of the tasks and the training of their study."""

from collections.abc import Iterator

from trunkline.settings.study import Study

Problem = tuple[str, str]  # the place, what is wrong there


def check(place: str, study: Study) -> Iterator[Problem]:
    """Yield where balancers have nothing to balance, or not what they need."""
    names, balancers = study.multitask.tasks, study.multitask.balancers
    named = [name for name, options in vars(balancers).items() if options is not None]
    others = [name for name in named if name not in ("equal", "static")]
    if not names and named != ["equal"]:
        yield place, f"'{named[-1]}' has nothing to balance: name tasks in multitask.tasks"
        return
    if balancers.static is not None and len(balancers.static.weights) != len(names):
        yield (
            f"{place}.static.weights",
            f"expected a weight for each of the {len(names)} tasks of multitask.tasks, received "
            f"{len(balancers.static.weights)}",
        )
    elif balancers.static is not None and not any(balancers.static.weights):
        yield f"{place}.static.weights", "expected one above 0 at least, received none"
    unweighted = [name for name in names if name in study.tasks and not study.tasks[name].weight]
    if others and unweighted:
        yield (
            f"{place}.{others[0]}",
            f"task '{unweighted[0]}' has weight 0, so that there is nothing to balance: give it "
            "another, or leave it out of multitask.tasks",
        )
    for name in ("modo", "sdmgrad", "auto_lambda"):
        if name in others and study.training.batch_size < 2:
            yield (
                f"{place}.{name}",
                "it halves batches: expected training.batch_size of 2 or more",
            )
