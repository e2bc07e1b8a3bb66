"""A contract that is not written as one is told, not stumbled over."""

from typing import Any

import pandas as pd
import pytest

from trunkline.data import contracts, rules_keys

RULE = {"type": "time_order", "column": "x"}
BAD: dict[str, tuple[Any, str]] = {
    "a list": ([], r"the contract: expected an object \{...\}, received '\[\]'"),
    "no list": ({"expectations": {}}, "`expectations` of the contract for 'own': expected a list"),
    "no rules": ({"rules": None}, "`rules` of the contract for 'own': expected a list"),
    "no object": ({"rules": [RULE, 1]}, "rule 2 of the contract for 'own': expected an object"),
    "a number": ({"rules": [RULE | {"column": 5}]}, "`column` in rule 1 .*: expected a text"),
    "a text": ({"rules": [RULE | {"columns": "x"}]}, "`columns` in rule 1 .*: expected a list"),
    "numbers": ({"rules": [RULE | {"columns": [5]}]}, "each of `columns` in rule 1 .* a text"),
    "arguments": (
        {"expectations": [{"type": "expect_column_to_exist", "kwargs": []}]},
        "`kwargs` in expectation 1 of the contract for 'own': expected an object",
    ),
}


@pytest.mark.parametrize(("given", "message"), BAD.values(), ids=BAD)
def test_a_contract_of_another_shape(given: Any, message: str) -> None:
    """It is told with its place; nothing passes for want of a list to go through."""
    contract = {"dataset": "own", "expectations": []} | given if given else given
    with pytest.raises(ValueError, match=message):
        contracts.check(pd.DataFrame({"row_id": ["a"], "x": [1]}), contract)


@pytest.mark.parametrize("given", [given for given, _ in BAD.values()], ids=BAD)
def test_it_does_not_stop_the_keys_of_others(given: Any) -> None:
    """The keys of every dataset are sought in all contracts; who owns a bad one is told."""
    reference = {"type": "foreign_key", "kwargs": {"dataset": "users", "column": "id"}}
    good = {"dataset": "ratings", "rules": [reference]}
    assert rules_keys.asked([given, good], "users") == ["id"]
