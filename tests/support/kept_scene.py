"""The usual scene, set once and kept in a database that tests copy."""

import asyncio
import contextvars
import threading

from openvisit.settings import Settings
from tests.support.application import running
from tests.support.cast import Scene, usual_scene
from tests.support.clock import StandingClock


class KeptScene:
    """Sets the scene in the database of the settings, and leaves it. `scene` is of an application that has ended."""

    def __init__(self, database: str, settings: Settings) -> None:
        self.database = database
        self._settings = settings
        # In a thread, for a loop of its own; with this one's context, where it stands on whose behalf it is done.
        context = contextvars.copy_context()
        setting = threading.Thread(target=context.run, args=(asyncio.run, self._set()))
        setting.start()
        setting.join()
        assert hasattr(self, "scene"), "the usual scene could not be set"

    async def _set(self) -> None:
        async with running(self._settings, StandingClock()) as app:
            self.scene: Scene = await usual_scene(app)
