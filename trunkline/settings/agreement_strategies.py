"""What transfer strategies ask of a study."""

from collections.abc import Iterator

from trunkline.settings.study import Study

SOURCE_CLASSES = "lwf", "co_tuning"  # they ask the source's head for shares of classes
TARGET_CLASSES = "co_tuning", "bi_tuning"


def check(place: str, study: Study) -> Iterator[tuple[str, str]]:
    """Yield each strategy that lacks what it needs.

    Args:
        place: of the strategies, for messages.
        study: whose strategies they are.
    """
    strategies = study.finetune.strategies
    named = [name for name, options in vars(strategies).items() if options is not None]
    for name in named:
        yield from _classes(f"{place}.{name}", name, study)
    if strategies.stoch_norm is not None and not study.network.batch_norm:
        yield (
            f"{place}.stoch_norm",
            "it chooses between moments of batch normalisation, and there are none: set "
            "network.batch_norm to true, or leave it out",
        )
    most = min(study.training.batch_size, study.network.widths[-1])
    if strategies.bss is not None and strategies.bss.smallest > most:
        yield (
            f"{place}.bss.smallest",
            f"expected at most {most} singular values, as many as a batch of "
            f"{study.training.batch_size} rows and {study.network.widths[-1]} features has, "
            f"received {strategies.bss.smallest}",
        )


def _classes(place: str, name: str, study: Study) -> Iterator[tuple[str, str]]:
    """Yield a source or a target without classes, or with labels that go together."""
    wanted = [study.pretrain.task] if name in SOURCE_CLASSES else []
    wanted += study.finetune.tasks if name in TARGET_CLASSES else []
    for task in wanted:
        kind = study.tasks[task].kind if task in study.tasks else ""
        if kind in ("regression", "multilabel"):
            whose = "source" if task == study.pretrain.task else "target"
            what = "a regression" if kind == "regression" else "multilabel"
            yield (
                place,
                f"it needs a {whose} of classes, of which a row has one, and '{task}' is {what}: "
                "leave it out, or name another task",
            )
