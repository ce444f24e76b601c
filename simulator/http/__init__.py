"""HTTP of both services: verbs, headers, preconditions, paging, batches."""

from simulator.http.flask_glue import answer
from simulator.http.handler import Handler
from simulator.http.notices import Notifier

__all__ = ["Handler", "Notifier", "answer"]
