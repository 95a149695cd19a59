"""nginx as `deploy/` sets it up, but in a folder of its own, on a free port and before other servers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["nginx_settings"]

_DEPLOYED = Path(__file__).parents[1] / "deploy" / "nginx.conf"
_SERVERS = re.compile(r"(    server 127\.0\.0\.1:\d+ .*\n)+")
_AROUND = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{main}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  {conf}
}}
"""


def nginx_settings(folder: Path, port: int, servers: Iterable[str], main: str) -> Path:
    """The file with the settings, written in the folder.

    `servers` are told as nginx writes them; `main` holds the settings outside of HTTP.
    """
    conf = _SERVERS.sub("".join(f"    server {one};\n" for one in servers), _DEPLOYED.read_text(encoding="utf-8"))
    conf = conf.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/var/cache/nginx", str(folder))
    path = folder / "nginx.conf"
    path.write_text(_AROUND.format(folder=folder, main=main, conf=conf), encoding="utf-8")
    return path
