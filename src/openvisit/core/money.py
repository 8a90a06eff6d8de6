"""Money: whole minor units and an ISO 4217 currency. No floats, no rounding."""

from collections.abc import Mapping
from dataclasses import dataclass

_TWO_DIGITS = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
    CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT
    MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
    USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"

MINOR_DIGITS: Mapping[str, int] = {
    **dict.fromkeys(_TWO_DIGITS.split(), 2),
    **dict.fromkeys(_NO_DIGITS.split(), 0),
    **dict.fromkeys(_THREE_DIGITS.split(), 3),
}
"""Digits after the decimal mark of each currency in circulation (ISO 4217 list one, without funds)."""

_SYMBOLS: Mapping[str, Mapping[str, str]] = {
    "en": {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"},
    "es": {"USD": "US$", "EUR": "€"},
}
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Money:
    """`amount_minor` minor units (cents) of `currency`; negative for what is given back.

    ValueError for a currency outside `MINOR_DIGITS`, TypeError for an amount that is not an int.
    """

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise TypeError(f"money is whole minor units, not {self.amount_minor!r}")
        if self.currency not in MINOR_DIGITS:
            raise ValueError(f"not an ISO 4217 currency in circulation: {self.currency!r}")


def format_money(money: Money, language: str) -> str:
    """`money` as written in `language`.

    ``en`` and ``es`` are known; a region as in ``es-MX`` is ignored, other languages read English. The forms
    follow Unicode CLDR: "$1,234.50" and "1234,50 US$" with a no-break space; Spanish groups from five digits.
    """
    spanish = language.lower().split("-")[0] == "es"
    digits = MINOR_DIGITS[money.currency]
    whole, minor = divmod(abs(money.amount_minor), 10**digits)
    sign = "-" if money.amount_minor < 0 else ""
    symbol = _SYMBOLS["es" if spanish else "en"].get(money.currency)
    if spanish:
        grouped = f"{whole:,}".replace(",", ".") if whole >= 10_000 else str(whole)
        number = f"{grouped},{minor:0{digits}}" if digits else grouped
        return f"{sign}{number}{_NO_BREAK}{symbol or money.currency}"
    number = f"{whole:,}.{minor:0{digits}}" if digits else f"{whole:,}"
    return f"{sign}{symbol or money.currency + _NO_BREAK}{number}"
