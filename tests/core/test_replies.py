import pytest

from openvisit.core.phone import normalised
from openvisit.core.replies import Reply, meaning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C", Reply.CONFIRM),
        (" c. ", Reply.CONFIRM),
        ("¡Sí!", Reply.YES),
        ("y", Reply.YES),
        ("OK", Reply.YES),
        ("N", Reply.NO),
        ("No.", Reply.NO),
        ("confirmo", Reply.CONFIRM),
        ("R", Reply.RESCHEDULE),
        ("Cambiar", Reply.RESCHEDULE),
        ("x", Reply.CANCEL),
        ("CANCELAR", Reply.CANCEL),
        ("STOP", Reply.STOP),
        ("Baja", Reply.STOP),
        ("start", Reply.START),
        ("ALTA", Reply.START),
        ("ayuda?", Reply.HELP),
        ("", None),
        ("!!!", None),
        ("C or X", None),
        ("please do not cancel", None),
        ("cc", None),
        ("😀", None),
    ],
)
def test_what_people_mean(text: str, expected: Reply | None) -> None:
    assert meaning(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+34 600 111 222", "+34600111222"),
        ("0034-600.111.222", "+34600111222"),
        ("+1 (555) 010-0100", "+15550100100"),
        ("600111222", None),
        ("+0 600111222", None),
        ("+34", None),
        ("+34600111222333444", None),
        ("+34 600 111 222; DROP", None),
        ("+٣٤600111222", None),
    ],
)
def test_numbers(text: str, expected: str | None) -> None:
    assert normalised(text) == expected
