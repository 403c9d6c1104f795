"""nginx with the fixed answer: the cost of HTTP in a server written in C."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ceilings.answers import CONTENT_TYPE, FIXED
from benchmarks.process import MeasuredServer, free_port, running

_CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log /dev/null;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    keepalive_requests 100000000;
    client_body_buffer_size 64k;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            default_type {type};
            return 200 '{answer}';
        }}
    }}
}}
"""


def missing() -> str | None:
    return None if shutil.which("nginx") else "nginx is not installed (apt-get install nginx-light)"


@contextmanager
def nginx() -> Iterator[MeasuredServer]:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "nginx.conf")
        text = _CONFIGURATION.format(folder=folder, port=port, type=CONTENT_TYPE.decode(), answer=FIXED.decode())
        configuration.write_text(text)
        with running(["nginx", "-c", str(configuration), "-p", folder, "-e", "/dev/null"], port) as server:
            yield server
