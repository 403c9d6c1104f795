from emulator.structures.line import Line


def pops(line: Line) -> list[int]:
    popped = []
    while (sequence := line.pop()) is not None:
        popped.append(sequence)
    return popped


def test_who_joined_first_comes_first() -> None:
    line = Line(lambda _: True)
    for sequence in (1, 2, 3):
        line.join(sequence)
    assert pops(line) == [1, 2, 3]


def test_who_goes_back_comes_in_its_old_place() -> None:
    line = Line(lambda _: True)
    for sequence in (1, 2, 3, 4):
        line.join(sequence)
    assert [line.pop(), line.pop(), line.pop()] == [1, 2, 3]
    line.go_back(3)
    line.go_back(1)
    line.join(5)
    assert pops(line) == [1, 3, 4, 5]


def test_who_is_no_longer_visible_is_passed_over() -> None:
    visible = {1, 2, 3, 4}
    line = Line(visible.__contains__)
    for sequence in (1, 2, 3):
        line.join(sequence)
    line.go_back(4)
    visible -= {1, 4}
    assert pops(line) == [2, 3]


def test_compacting_keeps_the_visible_ones_in_order() -> None:
    visible = set(range(0, 1_000, 50))
    line = Line(visible.__contains__)
    for sequence in range(500):
        line.join(sequence)
    for sequence in reversed(range(500, 1_000)):
        line.go_back(sequence)
        line.go_back(sequence)
    for _ in range(251):  # to look at all of them takes so many calls
        line.compact(len(visible))
    visible |= {1, 999}  # dropped meanwhile, so that these cannot come any more
    assert pops(line) == list(range(0, 1_000, 50))


def test_compacting_drops_the_numbers_in_front_that_are_no_longer_visible() -> None:
    visible = {500}
    line = Line(visible.__contains__)
    for sequence in range(600):
        line.join(sequence)
    line.compact(300)  # so many that nothing else is dropped
    visible |= {1, 599}
    assert pops(line) == [500, 599]
