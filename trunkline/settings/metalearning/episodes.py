"""What an episode is: which rows make a small task, how many teach it, how many test it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Ge, MinLen

Name = Annotated[str, MinLen(1)]
Positive = Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class Episodes:
    """Small tasks drawn from a table.

    Without `group` an episode is a draw of `ways` classes of `target`, numbered anew in each. With
    `group` there is a task for each value of that column: its classes are all values of `target`
    that training rows have, or, of a regression, a number.

    Attributes:
        target: column of classes; of numbers for a regression.
        kind: what `target` is.
        group: a column; each of its values is a task, such as a school, a store, a patient.
        parent: a column; all classes of an episode have the same value of it, such as an alphabet.
            Intervals are clustered by it, or by `group`; over episodes where the test has one.
        ways: classes of an episode; with `group` as many as there are.
        shots: rows of each class that teach; rows of the task, for a regression.
        queries: rows of each class that test; rows of the task, for a regression.
        expand: of pictures: quarter turns and mirror images of a class are classes of their own, in
            training; a parent's are another parent.
        expand_test: in validation and test too, such as where few classes are to be told apart.
        rare: what becomes of a class or group with too few rows, or a parent with too few classes.
        train: episodes of a pass of training; each pass has others.
        validation: episodes by which a pass, and options, are chosen.
        test: episodes that are judged.
    """

    target: Name
    kind: Literal["classes", "regression"] = "classes"
    group: Name | None = None
    parent: Name | None = None
    ways: Annotated[int, Ge(2)] = 5
    shots: Positive = 1
    queries: Positive = 15
    expand: tuple[Literal["rotate", "reflect"], ...] = ()
    expand_test: bool = False
    rare: Literal["stop", "leave_out"] = "stop"
    train: Positive = 1000
    validation: Positive = 200
    test: Annotated[int, Ge(2)] = 600

    @property
    def columns(self) -> dict[str, str]:
        """The columns that say which episodes a row can be of, by option.

        Example:
            >>> Episodes(target="grade", group="school").columns
            {'target': 'grade', 'group': 'school'}
        """
        named = {"target": self.target, "group": self.group, "parent": self.parent}
        return {option: column for option, column in named.items() if column is not None}

    def expands(self, part: str) -> bool:
        """Whether pictures of a part, such as `training`, are turned and mirrored."""
        return bool(self.expand) and (part == "training" or self.expand_test)
