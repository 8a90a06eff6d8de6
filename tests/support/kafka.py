"""Apache Kafka itself, one node with its own controller (KRaft), from jars that `script/test --interop` fetched."""

import asyncio
import os
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

START_SECONDS = 90.0
JARS = "OPENVISIT_KAFKA_JARS"
CLUSTER = "b3BlbnZpc2l0LWthZmthMQ"


class KafkaServer:
    """One node on the loopback. It keeps what it took over `kill` and `start`."""

    def __init__(self, folder: Path) -> None:
        if not os.environ.get(JARS):
            pytest.skip("Apache Kafka is not here (script/test --interop fetches it)")
        self._folder = folder
        folder.mkdir(parents=True)
        self.port, controller = _free_port(), _free_port()
        self._properties = folder / "server.properties"
        self._properties.write_text(_PROPERTIES.format(port=self.port, controller=controller, folder=folder / "log"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"kafka://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._run("kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(self._properties)).wait(60)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start the node, and return when it listens."""
        self._process = self._run("kafka.Kafka", str(self._properties))
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)  # the pace of asking

    async def restart(self) -> None:
        """Start it again, off the event loop."""
        await asyncio.to_thread(self.start)

    def kill(self) -> None:
        """SIGKILL: it has no say in this."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def log(self) -> str:
        """What it said."""
        return (self._folder / "server.log").read_text(errors="replace")[-5000:]

    def _run(self, main: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "server.log").open("ab") as log:
            return subprocess.Popen(
                ["java", "-Xmx384m", "-XX:+UseSerialGC", "-cp", f"{os.environ[JARS]}/*", main, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


_PROPERTIES = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
log.dirs={folder}
num.partitions=3
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.flush.interval.messages=1
"""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
