"""k-anonymity holds for whatever comes in; nothing finer than Safe Harbor allows comes out."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.deidentify import COLUMNS, QUASI_IDENTIFIERS, Fact, TooFew, age_band, anonymous

facts = st.builds(
    Fact,
    person=st.integers(0, 60),
    age=st.none() | st.integers(0, 120),
    year=st.integers(2024, 2027),
    region=st.sampled_from(["", "NY", "VT"]),
    language=st.sampled_from(["en", "es"]),
    specialty=st.sampled_from(["", "207Q00000X", "208000000X"]),
    mode=st.sampled_from(["in-person", "telehealth", "phone"]),
    status=st.sampled_from(["completed", "no-show"]),
    minutes=st.integers(5, 200),
    days_ahead=st.integers(0, 400),
)


@given(st.lists(facts, max_size=400), st.integers(5, 15))
def test_no_group_is_smaller_than_k(given_facts: list[Fact], k: int) -> None:
    people = {fact.person for fact in given_facts}
    try:
        released = anonymous(given_facts, k)
    except TooFew:
        return
    assert len(people) >= k
    assert released.people + released.left_out == len(people)
    groups: dict[tuple[str, ...], int] = defaultdict(int)
    for row in released.rows:
        assert len(row) == len(COLUMNS)
        groups[row[: len(QUASI_IDENTIFIERS)]] += 1
    # A group of k people has at least k rows; that it has k people is checked below against the facts themselves.
    assert all(rows >= k for rows in groups.values())


@given(st.lists(facts, min_size=80, max_size=300), st.integers(5, 8))
def test_each_group_is_of_k_different_people(given_facts: list[Fact], k: int) -> None:
    # One visit each: then rows are people.
    once = list({fact.person: fact for fact in given_facts}.values())
    try:
        released = anonymous(once, k)
    except TooFew:
        return
    groups: dict[tuple[str, ...], int] = defaultdict(int)
    for row in released.rows:
        groups[row[: len(QUASI_IDENTIFIERS)]] += 1
    assert all(people >= k for people in groups.values())
    assert sum(groups.values()) == released.people


def test_many_visits_of_one_do_not_make_a_group() -> None:
    alone = [Fact(1, 34, 2027, "NY", "en", "207Q00000X", "phone", "completed", 30, 2)] * 50
    with pytest.raises(TooFew):
        anonymous(alone, 5)
    crowd = [Fact(n, 71, 2027, "NY", "en", "207Q00000X", "in-person", "completed", 30, 2) for n in range(2, 200)]
    released = anonymous([*alone, *crowd], 5)
    assert {row[5] for row in released.rows} == {"in-person"}
    assert (released.people, released.left_out) == (198, 1)


@pytest.mark.parametrize(
    ("age", "years", "band"),
    [
        (None, 5, "unknown"),
        (0, 5, "0-4"),
        (34, 10, "30-39"),
        (89, 5, "85-89"),
        (89, 45, "45-89"),
        (90, 5, "90+"),
        (119, 20, "90+"),
        (85, 20, "80-89"),
    ],
)
def test_ages_are_bands_and_pooled_from_ninety(age: int | None, years: int, band: str) -> None:
    assert age_band(age, years) == band
