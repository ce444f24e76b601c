"""HTTP of both services: verbs, headers, preconditions, paging, batches."""

from simulator.http.handler import Handler
from simulator.http.notices import Notifier
from simulator.http.wsgi import read_path, read_request, send_response

__all__ = ["Handler", "Notifier", "read_path", "read_request", "send_response"]
