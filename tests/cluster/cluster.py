"""Starts and stops a cluster: each node is a process of its own, so that each can be killed."""

import fcntl
import json
import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, Self

import msgspec

from tests.cluster.artefacts import ClusterError, Version, jars, usable_versions

STARTS: Final = 600.0
"""Seconds within which a node answers, also on a very busy machine; it takes 10 to 20."""
HEAP: Final = os.environ.get("CLUSTER_HEAP", "512m")
_HTTP_PORTS: Final = range(9201, 9299)
_TRANSPORT_PORTS: Final = range(9301, 9399)
_claims: Final[dict[int, IO[str]]] = {}
"""Files that this process has locked for ports of its clusters: a killed node needs them when it starts again."""
_STATE: Final = "cluster.json"
_CONFIG: Final = """\
cluster.name: {cluster}
transport.port: {transport}
network.host: 127.0.0.1
discovery.seed_hosts: [{seeds}]
{first}
cluster.routing.allocation.disk.threshold_enabled: false
action.destructive_requires_name: false
"""


class Node(msgspec.Struct):
    """A node: its ports, its process, its folder."""

    number: int
    http: int
    transport: int
    folder: str
    process: int = 0
    started: int = 0
    """when the process started, in clock ticks since boot: another process can get its number"""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    def is_running(self) -> bool:
        return bool(self.process) and _start_of(self.process) == self.started

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process; SIGKILL waits for its end."""
        if not self.is_running():
            return
        os.kill(self.process, number)
        while number == signal.SIGKILL and self.is_running():
            with suppress(ChildProcessError):
                os.waitpid(self.process, os.WNOHANG)
            time.sleep(0.02)


class Cluster(msgspec.Struct):
    """The nodes of a cluster below one folder."""

    folder: str
    version: Version
    java: str
    nodes: list[Node]

    @classmethod
    def start(cls, folder: Path, nodes: int = 3, version: Version | None = None) -> Self:
        """Start a new cluster; `folder` is made or emptied.  Raises `ClusterError`."""
        usable = usable_versions()
        chosen = version or next(iter(usable), None)
        if chosen is None or chosen not in usable:
            raise ClusterError("needs Java and Maven (Debian, Ubuntu: apt-get install openjdk-17-jre-headless maven)")
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        jars(chosen)
        ports = zip(_claimed_ports(_HTTP_PORTS, nodes), _claimed_ports(_TRANSPORT_PORTS, nodes), strict=True)
        made = [Node(number, *pair, str(folder / f"node{number}")) for number, pair in enumerate(ports)]
        cluster = cls(str(folder), chosen, str(usable[chosen]), made)
        try:
            for node in cluster.nodes:
                cluster.start_node(node)
                if node.number == 0:
                    cluster.wait()  # the others end if they find no cluster
            cluster.wait()
        except BaseException:
            cluster.stop()
            raise
        return cluster

    @property
    def urls(self) -> list[str]:
        return [node.url for node in self.nodes]

    def start_node(self, node: Node) -> None:
        """Start a node, or start it again with the data that it had."""
        home = Path(node.folder, "node_1")
        (home / "config").mkdir(parents=True, exist_ok=True)
        # The runner names the only node of each process "Node 1": only the first node may form a cluster.
        is_first = node.number == 0 and not (home / "data").exists()
        (home / "config" / "opensearch.yml").write_text(
            _CONFIG.format(
                cluster=f"article-search-{self.nodes[0].transport}",
                transport=node.transport,
                seeds=", ".join(f'"127.0.0.1:{each.transport}"' for each in self.nodes),
                first='cluster.initial_cluster_manager_nodes: ["Node 1"]' if is_first else "",
            )
        )
        log = str(Path(node.folder, "log"))
        node.process = os.posix_spawn(  # not `subprocess`: its objects must wait for the end of their processes
            self.java,
            ["java", f"-Xms{HEAP}", f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-cp", f"{jars(self.version)}/*",
             "org.codelibs.opensearch.runner.OpenSearchRunner", "-basePath", node.folder, "-numOfNode", "1",
             "-baseHttpPort", str(node.http - 1),  # it adds the number of the node; at most 9299
             "-clusterName", f"article-search-{self.nodes[0].transport}"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )  # fmt: skip
        node.started = _start_of(node.process)
        self.save()

    def wait(self) -> None:
        """Wait until all running nodes have joined.  Raises `ClusterError` if one ends or does not answer in time."""
        running = [node for node in self.nodes if node.process]
        deadline = time.monotonic() + STARTS
        for node in running:
            while _health(node.url).get("number_of_nodes") != len(running):
                late = node if time.monotonic() > deadline else None
                if failed := next((each for each in running if not each.is_running()), late):
                    log = Path(failed.folder, "log").read_text(errors="replace")[-3000:]
                    raise ClusterError(f"Node {failed.number} of OpenSearch {self.version.name} fails:\n{log}")
                time.sleep(0.2)

    def save(self) -> None:
        Path(self.folder, _STATE).write_bytes(msgspec.json.encode(self))

    def stop(self) -> None:
        """End the nodes."""
        for node in self.nodes:
            node.kill()
            for port in (node.http, node.transport):
                if claim := _claims.pop(port, None):
                    claim.close()


def cluster_folder(base: Path, version: Version) -> Path:
    """Where the tests keep their cluster of a version."""
    return base / f"cluster-{version.major}"


def running_in(folder: Path) -> Cluster | None:
    """The cluster that was started in this folder, if any of its nodes is running."""
    try:
        cluster = msgspec.json.decode(Path(folder, _STATE).read_bytes(), type=Cluster)
    except (FileNotFoundError, msgspec.MsgspecError):  # none, or of another version of this module
        return None
    return cluster if any(node.is_running() for node in cluster.nodes) else None


def stop(folder: Path) -> int:
    """End the cluster that was started in this folder; returns how many nodes were running."""
    cluster = running_in(folder)
    if cluster is None:
        return 0
    running = sum(node.is_running() for node in cluster.nodes)
    cluster.stop()
    return running


def _health(url: str) -> dict[str, Any]:
    with suppress(OSError, ValueError), urllib.request.urlopen(f"{url}/_cluster/health", timeout=5) as answer:  # noqa: S310
        health: dict[str, Any] = json.load(answer)
        return health
    return {}


def _start_of(process: int) -> int:
    """When a process started; 0 if there is none, or it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] == "Z" else int(fields[19])


def _claimed_ports(ports: range, count: int) -> list[int]:
    """The first ports on which nothing listens and that no other process has claimed; this process then has."""
    free: list[int] = []
    for port in ports:
        if len(free) == count:
            break
        claim = Path(tempfile.gettempdir(), f"article-search-port-{port}.lock").open("w")  # noqa: SIM115  # closed with the cluster
        try:
            fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            claim.close()
            continue
        _claims[port] = claim
        free.append(port)
    return free
