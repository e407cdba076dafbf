"""A server of S3's kind on this machine, for as long as a test needs one.

It is SeaweedFS: another program than the one that S3's owner runs, but a real one, with requests
that are signed, and listings and objects of its own.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WEED = Path(sys.executable).with_name("weed")
KEY, SECRET, BUCKET = "key", "secret", "letters"
_LONGEST_START_SECONDS = 60


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Serve an empty bucket from a folder, and give the server's address."""
    from s3fs import S3FileSystem

    config = folder / "s3.json"
    identity = {"accessKey": KEY, "secretKey": SECRET}
    config.write_text(
        json.dumps(
            {"identities": [{"name": "it", "credentials": [identity], "actions": ["Admin"]}]}
        )
    )
    ports = _free_ports(4)
    options = [f"-{name}.port={port}" for name, port in zip(_SERVERS, ports, strict=True)]
    (folder / "data").mkdir()
    # Whatever it would listen at besides, and whomever it would tell of itself, is switched off.
    options += ["-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]
    options += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={config}"]
    options += ["-volume.max=10", "-master.volumeSizeLimitMB=64", f"-dir={folder / 'data'}"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([WEED, "server", *options], stdout=log, stderr=log)
    try:
        url = f"http://127.0.0.1:{ports[-1]}"
        system = S3FileSystem(key=KEY, secret=SECRET, endpoint_url=url, skip_instance_cache=True)
        until = time.monotonic() + _LONGEST_START_SECONDS
        # It listens before it can answer, and on a busy machine stops listening once in between.
        while not (_answers(ports[-1]) and _is_made(system)):
            said = (folder / "log").read_text(errors="replace")[-2000:]
            assert server.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.05)
        yield url
    finally:
        server.kill()  # it would take half a minute to say goodbye
        server.wait()
        for port in (*ports, *(port + 10000 for port in ports)):
            for socket_file in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                socket_file.unlink()  # they lie there, whatever it is told


_SERVERS = ("master", "volume", "filer", "s3")


def _is_made(system: Any) -> bool:
    """Whether the bucket could be made."""
    from botocore.exceptions import EndpointConnectionError

    try:
        system.mkdir(BUCKET)
    except (OSError, EndpointConnectionError):
        return False
    return True


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def _is_free(port: int) -> bool:
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_ports(count: int) -> list[int]:
    """Ports that nobody has; it takes those 10,000 above them too.

    All are below those that the system gives to whoever calls somebody.
    """
    ports: list[int] = []
    for port in range(11000 + time.time_ns() % 10000, 22700):
        if _is_free(port) and _is_free(port + 10000):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise AssertionError("no port is free")
