"""Identity, and numbers that are said aloud."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techdesk.desk.ids import derived_id, named_id, new_id, spoken_ref, ticket_ref
from techdesk.errors import BadInput


def test_ids_made_one_after_the_other_sort_so_within_a_millisecond_too() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(set(ids))


def test_ids_are_uuids_of_version_7_in_order_of_time() -> None:
    import uuid

    ids = [new_id(milliseconds) for milliseconds in (1, 2, 1_800_000_000_000)]
    assert ids == sorted(ids)
    assert {uuid.UUID(id).version for id in ids} == {7}
    assert {uuid.UUID(id).variant for id in ids} == {uuid.RFC_4122}


def test_derived_ids_hang_on_their_parent_alone() -> None:
    parent = new_id()
    ids = {derived_id(parent, number) for number in range(1000)}
    assert len(ids) == 1000
    assert derived_id(parent, 7) == derived_id(parent, 7)


def test_named_ids_are_the_same_everywhere() -> None:
    assert named_id("a", "b") == named_id("a", "b") != named_id("ab")


@given(st.integers(1, 10**7), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(number: int, place: int, by: int) -> None:
    digits = str(number)
    place %= len(digits)
    wrong = digits[:place] + str((int(digits[place]) + by) % 10) + digits[place + 1 :]
    if int(wrong) != number and not wrong.startswith("0"):
        with pytest.raises(BadInput):
            spoken_ref(wrong + ticket_ref(number)[-1])


@given(st.integers(1, 10**7))
def test_any_spelling_of_a_number_means_it(number: int) -> None:
    ref = ticket_ref(number)
    for text in (str(number), ref, ref.lower(), ref.replace("-", ""), f" {ref} "):
        assert spoken_ref(text) == ref


@given(st.text())
def test_any_text_is_a_name_or_a_clear_refusal(text: str) -> None:
    try:
        assert isinstance(spoken_ref(text), str)
    except BadInput as error:
        assert str(error)
