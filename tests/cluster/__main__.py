"""`python -m tests.cluster start|stop`: a cluster on this machine, for trials."""

import sys
from pathlib import Path
from typing import Final

from tests.cluster.artefacts import ClusterError
from tests.cluster.cluster import Cluster, stop

FOLDER: Final = Path("build/cluster")


def main(command: str = "") -> str | None:
    """Do it.  Returns a message if it cannot be done."""
    match command:
        case "start":
            try:
                cluster = Cluster.start(FOLDER.resolve())
            except ClusterError as error:
                return f"The cluster cannot be started: {error}"
            print(f"OpenSearch {cluster.version.name} runs with {len(cluster.nodes)} nodes: {' '.join(cluster.urls)}")  # noqa: T201
            print("Stop it with: make cluster-stop")  # noqa: T201
        case "stop":
            print(f"Nodes stopped: {stop(FOLDER.resolve())}")  # noqa: T201
        case _:
            return "Usage: python -m tests.cluster start|stop"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
