import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvisit.core.money import MINOR_DIGITS, Money, format_money

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "spanish"),
    [
        (4500, "USD", "$45.00", f"45,00{NBSP}US$"),
        (-4500, "USD", "-$45.00", f"-45,00{NBSP}US$"),
        (5, "EUR", "€0.05", f"0,05{NBSP}€"),
        (123450, "EUR", "€1,234.50", f"1234,50{NBSP}€"),
        (1234567, "EUR", "€12,345.67", f"12.345,67{NBSP}€"),
        (123456750, "EUR", "€1,234,567.50", f"1.234.567,50{NBSP}€"),
        (123450, "GBP", "£1,234.50", f"1234,50{NBSP}GBP"),
        (5000, "JPY", "¥5,000", f"5000{NBSP}JPY"),
        (12345, "KWD", f"KWD{NBSP}12.345", f"12,345{NBSP}KWD"),
        (9950, "CHF", f"CHF{NBSP}99.50", f"99,50{NBSP}CHF"),
        (0, "USD", "$0.00", f"0,00{NBSP}US$"),
    ],
)
def test_money_as_people_write_it(amount: int, currency: str, english: str, spanish: str) -> None:
    money = Money(amount, currency)
    assert format_money(money, "en") == english
    assert format_money(money, "es") == spanish


def test_regions_are_ignored_and_other_languages_read_english() -> None:
    money = Money(4500, "USD")
    assert format_money(money, "es-MX") == format_money(money, "es")
    assert format_money(money, "EN-gb") == format_money(money, "en")
    assert format_money(money, "de") == format_money(money, "en")


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(MINOR_DIGITS)), st.sampled_from(["en", "es"]))
def test_no_digit_is_lost(amount: int, currency: str, language: str) -> None:
    written = format_money(Money(amount, currency), language)
    digits = "".join(character for character in written if character.isdigit())
    assert int(digits) == abs(amount)
    assert written.startswith("-") == (amount < 0)


@pytest.mark.parametrize("currency", ["usd", "US", "XXX", "", "DEM", "USD "])
def test_other_currencies_are_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 4217 currency"):
        Money(1, currency)


@pytest.mark.parametrize("amount", [1.0, "1", True, None])
def test_other_amounts_are_refused(amount: object) -> None:
    with pytest.raises(TypeError, match="whole minor units"):
        Money(amount, "USD")  # type: ignore[arg-type]
