from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reentrysim.agents.columns import Flags, Ints, column_names, keep, rows


@dataclass
class Table:
    age: Ints
    female: Flags


def table() -> Table:
    return Table(np.array([30, 40, 50]), np.array([True, False, True]))


def test_writing_to_rows_writes_to_the_table() -> None:
    people = table()
    rows(people, slice(1, 3)).age[:] = 0
    assert people.age.tolist() == [30, 0, 0]


def test_kept_rows_are_a_copy() -> None:
    people = table()
    kept = keep(people, people.female)
    kept.age[:] = 0
    assert people.age.tolist() == [30, 40, 50]
    assert kept.female.tolist() == [True, True]


def test_columns_in_the_order_of_the_class() -> None:
    assert column_names(Table) == ("age", "female")
