import pytest

from calc_core import banner


@pytest.mark.parametrize("number", [1, 9])
def test_a_part_is_ready_when_the_first_cell_was_run(number, capsys):
    banner.part(number, dict.fromkeys(banner.FIRST_CELL))
    assert capsys.readouterr().out == f"Part {number} is ready.\n"


def test_a_part_out_of_order_is_told_what_is_missing_and_where_to_find_it(capsys):
    names = dict.fromkeys(set(banner.FIRST_CELL) - {"show", "families"})
    banner.part(4, names)
    said = capsys.readouterr().out
    assert said.startswith("Part 4 is not ready. Run the first code cell")
    assert "show, families are not defined yet" in said


def test_one_missing_name_is_said_in_the_singular(capsys):
    banner.part(4, dict.fromkeys(set(banner.FIRST_CELL) - {"plots"}))
    assert "plots is not defined yet" in capsys.readouterr().out
