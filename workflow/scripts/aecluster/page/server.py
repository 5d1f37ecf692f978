"""A small server of the page, for this machine alone, that saves corrections for the next run."""

import html
import json
import mimetypes
import secrets
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from aecluster.errors import InputError
from aecluster.groups.corrections import MAX_BYTES, parsed
from aecluster.jobs.artifacts import load_json, replaced
from aecluster.sources.names import load_names

HOST = "127.0.0.1"
_NAMES = ("127.0.0.1", "localhost")
_SHOWN_IN_BROWSERS = {f"image/{kind}" for kind in ("jpeg", "png", "gif", "webp", "bmp", "avif")}


class PageServer(ThreadingHTTPServer):
    """Serves report.html and what lies beside it, the original pictures, and takes corrections.

    Parameters
    ----------
    results : path
        The folder that holds report.html.
    folders : dict of path
        Of each data set that was read from a folder of files: that folder.
    port : int
        0 for any that is free.
    """

    daemon_threads = True

    def __init__(self, results: str | Path, folders: dict[str, Path], port: int = 0):
        self.results = Path(results).resolve()
        self.folders = {name: Path(folder) for name, folder in folders.items()}
        self.token = secrets.token_urlsafe(24)
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.server_port}/"


class _Handler(BaseHTTPRequestHandler):
    server: PageServer

    def do_GET(self) -> None:
        parts = self._parts()
        if parts is None:
            return
        if parts in ([], ["report.html"]):
            self._page()
        elif len(parts) == 3 and parts[0] == "original":
            self._original(*parts[1:])
        elif parts[0] == "report_files" and parts[-1].endswith(".webp"):
            self._file(self.server.results.joinpath(*parts), self.server.results / "report_files")
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")

    def do_POST(self) -> None:
        parts = self._parts()
        if parts is None:
            return
        given = self.headers.get("X-Token", "").encode()
        if not secrets.compare_digest(given, self.server.token.encode()):
            return self._say(HTTPStatus.FORBIDDEN, "reload the page: it is of an earlier start.")
        if len(parts) != 2 or parts[0] != "corrections":
            return self._say(HTTPStatus.NOT_FOUND, "only corrections can be saved.")
        folder = self.server.results / parts[1]
        if folder.parent != self.server.results or not (folder / "images.npy").is_file():
            return self._say(HTTPStatus.NOT_FOUND, "there is no such data set.")
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES:
            return self._say(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the corrections are too large.")
        try:
            text = self.rfile.read(int(length)).decode("utf-8")
            parsed(json.loads(text), None)
        except (ValueError, RecursionError) as error:
            return self._say(HTTPStatus.BAD_REQUEST, f"they are no corrections ({error}).")
        try:
            with replaced(folder / "corrections.json") as draft:  # a person may replace it too
                draft.write_text(text, encoding="utf-8")
        except OSError as error:
            return self._say(HTTPStatus.INTERNAL_SERVER_ERROR, f"{error.strerror}.")
        self._say(HTTPStatus.OK, "saved")

    def _parts(self) -> list[str] | None:
        """Return the path in parts; None, and an answer, for who is not meant."""
        # another site's name that leads to this machine is refused (DNS rebinding)
        name = self.headers.get("Host", "").rpartition(":")[0]
        origin = self.headers.get("Origin")
        if name not in _NAMES or (origin and urlsplit(origin).netloc != self.headers["Host"]):
            self._say(HTTPStatus.FORBIDDEN, "This server is for its own page alone.")
            return None
        parts = [unquote(part) for part in urlsplit(self.path).path.split("/") if part]
        if any(part in (".", "..") or "/" in part or "\0" in part for part in parts):
            self._say(HTTPStatus.NOT_FOUND, "There is nothing here.")
            return None
        return parts

    def _page(self) -> None:
        file = self.server.results / "report.html"
        if not file.is_file():
            return self._say(HTTPStatus.NOT_FOUND, "There is no report.html yet; run first.")
        token = html.escape(self.server.token)
        meta = f'<meta name="aecluster-token" content="{token}">'
        text = file.read_text(encoding="utf-8").replace("<head>", f"<head>\n{meta}", 1)
        self._send(text.encode(), "text/html; charset=utf-8")

    def _original(self, dataset: str, number: str) -> None:
        root = self.server.folders.get(dataset)
        if root is None or not number.isdecimal():
            return self._say(HTTPStatus.NOT_FOUND, "There is no such picture.")
        home = self.server.results / dataset
        try:
            n_images = load_json(home / "dataset.json")["n_images"]
            name = load_names(home / "files.json", n_images)[int(number)]
        except (InputError, OSError, IndexError):
            return self._say(HTTPStatus.NOT_FOUND, "There is no such picture.")
        self._file(root / name, None)

    def _file(self, file: Path, inside: Path | None) -> None:
        kind = mimetypes.guess_type(file.name)[0]
        if kind not in _SHOWN_IN_BROWSERS or not file.is_file():
            return self._say(HTTPStatus.NOT_FOUND, "There is no such picture.")
        if inside is not None and not file.resolve().is_relative_to(inside.resolve()):
            return self._say(HTTPStatus.NOT_FOUND, "There is no such picture.")
        self._send(file.read_bytes(), kind)

    def _say(self, status: HTTPStatus, text: str) -> None:
        self._send(text.encode(), "text/plain; charset=utf-8", status)

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""
