"""A scene for the many small questions about the web's edges that change nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock


@pytest.fixture(scope="module")
async def shared_scene(module_settings: Settings) -> AsyncIterator[Scene]:
    """One scene for all tests of a module."""
    async with running(replace(module_settings, database_pool_size=4), StandingClock()) as app:
        yield await usual_scene(app)
