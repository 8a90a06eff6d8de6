"""A bare echo server of the product's own stack: what a socket costs before anything is done with it."""

import sys
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from litestar import Litestar, WebSocket, get, websocket
from litestar.exceptions import WebSocketDisconnect


@get("/health/live")
async def live() -> str:
    """It answers."""
    return "ok"


@websocket("/echo")
async def echo(socket: WebSocket[Any, Any, Any]) -> None:
    """Say what is said."""
    await socket.accept()
    try:
        while True:
            await socket.send_data(await socket.receive_data(mode="text"), mode="text")
    except WebSocketDisconnect:
        return


app = Litestar([live, echo])

if __name__ == "__main__":
    Granian("bench.echo:app", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGI).serve()
