"""Our own words, and what clinics may write."""

import pytest

from openvisit.core.placeholders import names as named
from openvisit.core.sms import size
from openvisit.features.notifications.templates import samples
from openvisit.features.notifications.templates.kinds import ALWAYS, KINDS, LANGUAGES, LINKS, SPARING, Language, names
from openvisit.features.notifications.templates.sources import LONGEST, Source, complaints, ours, render
from openvisit.platform.channels import Channel

ALL = [(kind, channel, language) for kind in KINDS for channel in KINDS[kind].channels for language in LANGUAGES]
HEALTH = {"reason", "visit_type", "specialty", "notes", "accommodations"}


def sample(language: Language, **other: str) -> dict[str, str]:
    """Values of a visit."""
    told = samples.values(language, clinic="Riverside", phone="+1 555", name="Ana", public_url="https://v.example")
    return {**told, **other}


@pytest.mark.parametrize(("kind", "channel", "language"), ALL)
def test_our_words_keep_our_rules(kind: str, channel: Channel, language: Language) -> None:
    """In every language, on every channel, for a clinic that allows nothing more."""
    source = ours(kind, channel, language)
    assert list(complaints(kind, channel, source, ())) == []
    words = render(channel, language, source, sample(language))
    assert words.text.strip()
    assert "{{" not in words.subject + words.text + words.html
    assert bool(words.html) == (channel == "email")


@pytest.mark.parametrize("kind", KINDS)
def test_the_languages_name_the_same_values(kind: str) -> None:
    for channel in KINDS[kind].channels:
        english, spanish = (ours(kind, channel, language) for language in LANGUAGES)
        assert named(english.body + english.subject) == named(spanish.body + spanish.subject)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_short_messages_say_by_default_is_clinic_time_and_link(language: Language) -> None:
    for kind in KINDS:
        for channel in set(KINDS[kind].channels) - {"email"}:
            source = ours(kind, channel, language)
            assert named(source.subject + source.body) <= ALWAYS


def test_no_message_of_any_channel_can_name_why_somebody_comes() -> None:
    for kind, found in KINDS.items():
        for channel in found.channels:
            assert not names(kind, channel, SPARING) & HEALTH
            assert names(kind, channel, ()) <= (found.names if channel == "email" else ALWAYS)
    assert not SPARING & ALWAYS


def test_what_a_clinic_allows_may_be_named_and_nothing_else() -> None:
    said = Source("", "{{with_whom}} {{when_brief}}")
    assert [one.about for one in complaints("reminder", "sms", said, ())] == ["with_whom"]
    assert list(complaints("reminder", "sms", said, ("with_whom",))) == []
    assert [one.about for one in complaints("reminder", "sms", Source("", "{{reason}}"), SPARING)] == ["reason"]


def test_a_call_has_no_links() -> None:
    assert not names("reminder", "voice", ()) & LINKS


@pytest.mark.parametrize(
    ("kind", "channel", "source", "expected"),
    [
        ("reminder", "sms", Source("Title", "Come"), ("subject", "none-here", "sms")),
        ("reminder", "sms", Source("", "  "), ("body", "empty", "sms")),
        ("reminder", "sms", Source("", "a" * (LONGEST["sms"] + 1)), ("body", "too-long", str(LONGEST["sms"]))),
        ("reminder", "push", Source("", "Come"), ("subject", "empty", "")),
        ("reminder", "push", Source("{{name}}", "Come"), ("subject", "unknown-placeholder", "name")),
        ("reminder", "email", Source("A\nBcc: x@y.example", "<mjml><mj-body/></mjml>"), ("subject", "one-line", "")),
        ("reminder", "email", Source("A", "Come"), ("body", "not-xml", "1:1")),
        ("reminder", "email", Source("{{ 1 }}", "<mjml><mj-body/></mjml>"), ("subject", "stray-braces", "{{ 1 }}")),
    ],
)
def test_what_is_wrong_is_told(kind: str, channel: Channel, source: Source, expected: tuple[str, str, str]) -> None:
    assert expected in [tuple(one) for one in complaints(kind, channel, source, ())]


def test_elements_that_do_not_belong_together_are_told() -> None:
    source = Source("A", "<mjml><mj-head><p/></mj-head><mj-body/></mjml>")
    (found,) = complaints("reminder", "email", source, ())
    assert (found.field, found.code) == ("body", "structure")
    assert "unexpected element" in found.about


def test_an_sms_in_english_takes_two_segments_at_most_and_is_gsm() -> None:
    """With a clinic's name of thirty letters and a link of ninety."""
    link = "https://visits.example/answer#" + "a" * 60
    told = sample("en", clinic="Riverside Family Health Centre", link=link, join_link=link, accept_link=link)
    for kind, found in KINDS.items():
        if "sms" in found.channels and kind != "reminder_day":
            words = render("sms", "en", ours(kind, "sms", "en"), {**told, "answer_link": link})
            measured = size(words.text)
            assert (measured.encoding, measured.segments) <= ("gsm-7", 2), kind


def test_lines_without_a_value_are_left_out_and_names_that_are_links_too() -> None:
    words = render("sms", "en", Source("", "See you {{when_brief}}\nBring: {{custom}}"), sample("en", custom=""))
    assert words.text == "See you Thu 4 Mar, 15:30"
    words = render("push", "en", Source("Hi {{name}}", "x"), sample("en", name="www.evil.example"))
    assert words.subject == "Hi"
