from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.state import Ignored, UrlState, is_span, parse, span_bounds

CODES = ("94016", "92049")
TODAY = date(2026, 11, 24)


def read(search: str) -> tuple[UrlState, tuple[Ignored, ...]]:
    return parse(search, known_codes=CODES, today=TODAY)


def test_an_empty_address_asks_for_nothing() -> None:
    assert read("") == (UrlState(), ())


@given(
    codes=st.lists(st.sampled_from(CODES), unique=True).map(tuple),
    on=st.none() | st.dates(date(2000, 1, 1), TODAY),
    language=st.sampled_from(("fr", "en")),
    span=st.sampled_from((None, "12m", "24m", "ytd", "2020-10..2021-03")),
)
def test_what_is_written_in_an_address_is_read_back(codes, on, language, span) -> None:
    state = UrlState(codes, on, language, span)

    assert read(state.search()) == (state, ())


@pytest.mark.parametrize(
    ("search", "ignored"),
    [
        ("?villes=99999", Ignored("villes", "99999")),
        ("?date=2031-01-01", Ignored("date", "2031-01-01")),
        ("?date=hier", Ignored("date", "hier")),
        ("?lang=de", Ignored("lang", "de")),
        ("?p=toujours", Ignored("p", "toujours")),
        ("?p=2021-03..2020-10", Ignored("p", "2021-03..2020-10")),
        ("?couleur=bleu", Ignored("couleur", "bleu")),
    ],
)
def test_what_means_nothing_is_set_aside_and_told(search: str, ignored: Ignored) -> None:
    state, told = read(search)

    assert state == UrlState()
    assert told == (ignored,)


def test_the_good_part_of_an_address_is_kept_beside_the_bad_one() -> None:
    state, told = read("?villes=92049,00000&date=2020-10-01")

    assert state == UrlState(("92049",), date(2020, 10, 1))
    assert told == (Ignored("villes", "00000"),)


def test_a_period_counts_back_from_the_day_shown() -> None:
    day = date(2026, 11, 24)

    assert span_bounds(None, day) == (None, day)
    assert span_bounds("12m", day) == (date(2025, 11, 1), day)
    assert span_bounds("ytd", day) == (date(2026, 1, 1), day)
    assert span_bounds("2020-10..2021-02", day) == (date(2020, 10, 1), date(2021, 2, 28))
    assert not is_span("2020-13..2021-02")
