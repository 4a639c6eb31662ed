"""The figures process: serves /metrics of the processes on a host that has no web part, and nothing else."""

from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from router import metrics
from router.processes.child import begin, on_stop
from router.processes.listen import listen

SECONDS = 5


class _Figures(BaseHTTPRequestHandler):
    """Answers GET /metrics with what the processes of the run folder have counted."""

    timeout = SECONDS

    def __init__(self, run_folder: Path, *wanted: object) -> None:
        self._run_folder = run_folder
        super().__init__(*wanted)  # type: ignore[arg-type] # what the server hands on

    def do_GET(self) -> None:
        """Answer one request."""
        found = self.path.partition("?")[0] == "/metrics"
        body = metrics.render(self._run_folder, {}) if found else b"There is /metrics here.\n"
        self.send_response(200 if found else 404)
        self.send_header("content-type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing: whoever gathers figures asks all the time."""


def main() -> None:
    """Serve until told to stop."""
    _, settings = begin("figures")
    stop = on_stop()
    address = (settings.host, settings.metrics_port)
    server = ThreadingHTTPServer(address, partial(_Figures, settings.run_folder), bind_and_activate=False)
    server.socket.close()
    server.socket = listen(*address)
    Thread(target=server.serve_forever, name="figures", daemon=True).start()
    stop.wait()
    server.shutdown()


if __name__ == "__main__":
    main()
