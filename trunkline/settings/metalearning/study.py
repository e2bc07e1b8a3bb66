"""A study of meta-learners: its episodes, its network, its methods, what they are held against."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, MinLen

from trunkline.settings.inputs import Inputs
from trunkline.settings.judging import Evaluate
from trunkline.settings.metalearning.arms import HELD_AGAINST, NEAREST, PRETRAINED, SCRATCH, Arms
from trunkline.settings.metalearning.episodes import Episodes
from trunkline.settings.metalearning.methods import MetaMethods
from trunkline.settings.study import Network, Training

Name = Annotated[str, MinLen(1)]
Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Outer:
    """How meta-learners are trained, episode by episode; validation episodes end it.

    Attributes:
        batch_size: episodes of a step.
        epochs: passes of `episodes.train` episodes, at most.
        patience: passes without a better loss on the validation episodes before it ends.
    """

    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: Annotated[float, Gt(0)] = 0.001
    schedule: Literal["constant", "cosine", "linear"] = "constant"
    batch_size: Positive = 4
    epochs: Positive = 10
    patience: Positive = 5

    @property
    def training(self) -> Training:
        """The same as the settings of a run."""
        return Training(
            optimizer=self.optimizer, learning_rate=self.learning_rate, schedule=self.schedule,
            batch_size=self.batch_size, epochs=self.epochs, patience=self.patience,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Metalearner:
    """One study of meta-learners on one dataset.

    Attributes:
        repeats: networks of each method; an episode's score is the mean of them.
        network: the trunk; a linear head goes with methods that have one.
        training: of meta-learners.
        pretraining: of the network that `fine_tune` and `linear_probe` begin with.
        evaluate: when a difference counts.
    """

    title: Name
    dataset: Name
    inputs: Inputs
    episodes: Episodes
    repeats: Positive = 3
    network: Network = field(default_factory=Network)
    training: Outer = field(default_factory=Outer)
    pretraining: Training = field(default_factory=lambda: Training(epochs=50, patience=5))
    methods: MetaMethods
    arms: Arms = field(default_factory=Arms)
    evaluate: Evaluate = field(default_factory=Evaluate)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Who is held against whom: methods against `HELD_AGAINST`, other arms against scratch."""
        arms, methods = {NEAREST, *self.arms.named()}, self.methods.named()
        against = [(method, base) for base in HELD_AGAINST if base in arms for method in methods]
        return against + [(arm, SCRATCH) for arm in (*PRETRAINED, NEAREST) if arm in arms]
