"""A scene for the many small questions about the web's edges that change nothing."""

from collections.abc import AsyncIterator

import pytest

from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock
from tests.support.servers import fresh_database


@pytest.fixture(scope="module")
async def shared_scene(
    server_url: str, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Scene]:
    """One scene for all tests of a module."""
    with fresh_database(server_url, template) as url:
        settings = Settings(
            database_url=url,
            database_pool_size=4,
            openvisit_data_dir=str(tmp_path_factory.mktemp("shared")),
            secret_key="a secret of the tests, of no use elsewhere",
            horizon_days=60,
        )
        async with running(settings, StandingClock()) as app:
            yield await usual_scene(app)
