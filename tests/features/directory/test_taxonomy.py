"""The specialties we know."""

import re

import pytest

from openvisit.features.directory.countries import COUNTRIES
from openvisit.features.directory.taxonomy import SPECIALTIES, codes_matching, fold, name_of, unknown


def test_every_specialty_has_a_well_formed_code_and_a_name_in_both_languages() -> None:
    assert len(SPECIALTIES) >= 60
    for code, specialty in SPECIALTIES.items():
        assert re.fullmatch(r"[0-9]{3}[0-9A-Z]{6}X", code), code
        assert specialty.english
        assert specialty.spanish


def test_no_two_specialties_share_a_name() -> None:
    for language in ("en", "es"):
        names = [specialty.name(language) for specialty in SPECIALTIES.values()]
        assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("code", "english", "spanish"),
    [
        ("207Q00000X", "Family Medicine", "Medicina familiar"),
        ("2084P0800X", "Psychiatry", "Psiquiatría"),
        ("207RC0000X", "Cardiology", "Cardiología"),
        ("363LF0000X", "Family Nurse Practitioner", "Enfermería familiar de práctica avanzada"),
    ],
)
def test_names_in_either_language(code: str, english: str, spanish: str) -> None:
    assert name_of(code, "en") == english
    assert name_of(code, "es") == spanish
    assert name_of(code, "fr") == english


def test_people_find_a_specialty_by_the_words_they_use() -> None:
    assert "207N00000X" in codes_matching("skin")
    assert "207N00000X" in codes_matching("piel")
    assert "208000000X" in codes_matching(fold("Niños"))
    assert "207RC0000X" in codes_matching("cardio")
    assert codes_matching("ardio") == ()


def test_a_code_that_is_not_kept_is_told_and_names_itself() -> None:
    assert unknown(["207Q00000X", "999X00000X"]) == ["999X00000X"]
    assert name_of("999X00000X", "es") == "999X00000X"


def test_country_codes() -> None:
    assert {"US", "ES", "MX", "IN", "GB"} <= COUNTRIES
    assert not {"UK", "XX", "EU"} & COUNTRIES
    assert len(COUNTRIES) == 249
