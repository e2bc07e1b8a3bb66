"""What a study asks: its tasks, its network, how it trains, what it compares."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt, MinLen

from trunkline.settings.adapting import Adapt
from trunkline.settings.augment import Augment
from trunkline.settings.balancers import Balancers
from trunkline.settings.dataset import Name
from trunkline.settings.inputs import Inputs as Inputs  # part of a study
from trunkline.settings.judging import Evaluate
from trunkline.settings.sharing import Sharing
from trunkline.settings.strategies import Strategies
from trunkline.settings.tuning import Tune

Positive = Annotated[int, Ge(1)]
Label = bool | int | str
Kind = Literal["binary", "multiclass", "multilabel", "regression"]


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is predicted: a kind, a target column, and the rows that count.

    Attributes:
        target: column that holds the label.
        targets: columns of a multilabel task, each 0 or 1, in the order of the outputs.
        classes: labels of a multiclass task, in the order of the outputs.
        positive: labels that count as 1 in a binary task.
        where: `{column: [values]}`; only rows with one of these values belong to the task.
        weight: the task's weight in the joint loss.
        class_weight: what a label of each class counts in the loss; by the class's name, for
            a multilabel task by the column, whose 1 it weighs. None: all the same.
        sample_weight: column that says what each row counts in the loss.
        title: what the report calls it.
    """

    kind: Kind
    target: str = ""
    targets: tuple[Name, ...] = ()
    title: str = ""
    classes: tuple[Label, ...] = ()
    positive: tuple[Label, ...] = ()
    where: dict[str, tuple[Label, ...]] = field(default_factory=dict)
    weight: Annotated[float, Ge(0)] = 1.0
    class_weight: Literal["balanced"] | dict[str, Annotated[float, Gt(0)]] | None = None
    sample_weight: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold its labels."""
        return self.targets if self.kind == "multilabel" else (self.target,)


@dataclass(frozen=True, kw_only=True)
class Network:
    """A trunk, one entry of `widths` a layer; the last four options are of single trunks.

    Attributes:
        widths: units of each dense layer or residual block, or channels of each 3 x 3 convolution.
        dropout: share of units dropped after each layer while training.
        l2: lambda of R(theta), the sum of squared kernel weights of the trunk.
        pieces: of an `embedding` trunk, into which the range of a number is cut.
        size: of an `embedding` trunk, length of the vector that a number becomes.
        windows: of a `text` trunk, how many words in a row a filter sees.
        filters: of a `text` trunk, how many each window has.
    """

    trunk: Literal["dense", "conv", "embedding", "residual", "text"] = "dense"
    widths: Annotated[tuple[Positive, ...], MinLen(1)] = (128,)
    activation: Literal["relu", "tanh", "sigmoid", "gelu", "linear"] = "relu"
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0
    batch_norm: bool = False
    l2: Annotated[float, Ge(0)] = 0.0
    pieces: Annotated[int, Ge(3)] = 8
    size: Positive = 8
    windows: Annotated[tuple[Positive, ...], MinLen(1)] = (1, 2, 3)
    filters: Positive = 64


@dataclass(frozen=True, kw_only=True)
class Training:
    """How every arm of a study trains: the same for all, scratch included.

    Attributes:
        epochs: at most this many passes over the rows.
        patience: epochs without a better validation loss before training stops.
        validation_share: share of a label budget that is held back for early stopping.
        augment: what pictures are changed by while they train.
    """

    optimizer: Literal["adam", "adamw", "sgd"] = "adam"
    learning_rate: Annotated[float, Gt(0)] = 0.001
    schedule: Literal["constant", "cosine", "linear"] = "constant"
    warmup: Annotated[float, Ge(0), Lt(1)] = 0.0
    batch_size: Positive = 32
    epochs: Positive = 200
    patience: Positive = 20
    validation_share: Annotated[float, Gt(0), Le(0.5)] = 0.2
    augment: Augment = field(default_factory=Augment)


@dataclass(frozen=True, kw_only=True)
class Pretrain:
    """The source task, learned with all its labels. None: the study has no transfer.

    Attributes:
        inputs: what the source's networks read, where that is not what the study's read.
    """

    task: Name | None = None
    inputs: Inputs | None = None


@dataclass(frozen=True, kw_only=True)
class Finetune:
    """The target tasks, the strategies compared on them, and the label budgets.

    Attributes:
        budgets: labels per class; rows for a regression.
        strategies: options by strategy name; `scratch` is always among them.
        adapt: target tasks of which no label is used.
    """

    tasks: tuple[Name, ...] = ()
    budgets: tuple[Positive, ...] = ()
    strategies: Strategies = field(default_factory=Strategies)
    adapt: Adapt = field(default_factory=Adapt)


@dataclass(frozen=True, kw_only=True)
class Multitask:
    """Tasks learned jointly, against each task alone.

    Attributes:
        rows: labelled training rows drawn in each repeat, held ones included; or so by task.
        temperature: a task of n rows has n^(1 / temperature) of the batches, up to a factor.
        balancers: options by balancer name; `equal` is always among them.
        affinity: measure which tasks help which, and propose groups of them.
        sharing: options by architecture name; `hard` is always among them.
    """

    tasks: tuple[Name, ...] = ()
    rows: Positive | dict[str, Positive] = 300
    temperature: Annotated[float, Ge(1)] = 1.0
    balancers: Balancers = field(default_factory=Balancers)
    affinity: bool = False
    sharing: Sharing = field(default_factory=Sharing)

    def rows_of(self, task: str) -> int:
        """Return how many rows are drawn for a task."""
        return self.rows if isinstance(self.rows, int) else self.rows[task]

    @property
    def total(self) -> int:
        """How many rows are drawn at the most."""
        return self.rows if isinstance(self.rows, int) else sum(self.rows.values())


@dataclass(frozen=True, kw_only=True)
class Question:
    """What training and evaluation need to know of a study."""

    inputs: Inputs
    tasks: Annotated[dict[str, Task], MinLen(1)]
    repeats: Annotated[int, Ge(2)] = 10
    network: Network = field(default_factory=Network)
    training: Training = field(default_factory=Training)
    pretrain: Pretrain = field(default_factory=Pretrain)
    finetune: Finetune = field(default_factory=Finetune)
    multitask: Multitask = field(default_factory=Multitask)
    evaluate: Evaluate = field(default_factory=Evaluate)


@dataclass(frozen=True, kw_only=True)
class Study(Question):
    """One question on one dataset; without `tune` every arm trains as stated."""

    title: Name
    dataset: Name
    tune: Tune | None = None
