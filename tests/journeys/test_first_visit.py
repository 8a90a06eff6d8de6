"""What a browser loads when somebody comes for the first time."""

from tests.journeys.conftest import Visitors

SIZES = """() => performance.getEntriesByType('resource')
  .filter(({ name, decodedBodySize }) => /[.](js|css)$/.test(name) && decodedBodySize >= 2048)
  .map(({ name, encodedBodySize, decodedBodySize }) => [name, encodedBodySize, decodedBodySize])"""


def test_scripts_and_styles_come_packed(visitors: Visitors) -> None:
    page = visitors().go("/")
    page.wait_for_load_state("networkidle")
    loaded = page.evaluate(SIZES)
    assert len(loaded) > 5
    assert [name for name, sent, whole in loaded if sent >= whole] == []
    assert sum(sent for _, sent, _ in loaded) < sum(whole for _, _, whole in loaded) / 2
