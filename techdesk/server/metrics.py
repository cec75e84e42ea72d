"""What a server process counts, in the text form that Prometheus reads. It starts at zero with the process."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from threading import Lock

from techdesk.server.storage import Storage

# Upper bounds of the histogram, in seconds.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counted by any number of threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._operations: Counter[str] = Counter()
        self._buckets = [0] * (len(SECONDS) + 1)
        self._seconds = 0.0

    def request(self, path: str, status: int, seconds: float) -> None:
        """Counts a request that was answered."""
        with self._lock:
            self._requests[path, status] += 1
            self._buckets[bisect_left(SECONDS, seconds)] += 1
            self._seconds += seconds

    def operations(self, kinds: Iterable[str]) -> None:
        """Counts operations that were committed, by the kind of their outcome."""
        with self._lock:
            self._operations.update(kinds)

    def text(self, storage: Storage) -> str:
        """Everything, with the numbers of laptops as the database has them now."""
        with storage.transaction() as session:
            laptops = session.rows("SELECT count(*) AS all_of_them, count(revoked_at) AS revoked FROM laptop")[0]
            waiting = int(session.rows("SELECT count(*) AS found FROM quarantine")[0]["found"] or 0)
        revoked = int(laptops["revoked"] or 0)
        with self._lock:
            return "\n".join([*self._counted(), *_laptops(int(laptops["all_of_them"] or 0), revoked, waiting), ""])

    def _counted(self) -> Iterator[str]:
        yield "# HELP techdesk_requests_total Requests answered, by path and status."
        yield "# TYPE techdesk_requests_total counter"
        for (path, status), count in sorted(self._requests.items()):
            yield f'techdesk_requests_total{{path="{path}",status="{status}"}} {count}'
        yield "# HELP techdesk_request_seconds How long requests took."
        yield "# TYPE techdesk_request_seconds histogram"
        total = 0
        for bound, count in zip((*map(str, SECONDS), "+Inf"), self._buckets, strict=True):
            total += count
            yield f'techdesk_request_seconds_bucket{{le="{bound}"}} {total}'
        yield f"techdesk_request_seconds_sum {self._seconds:.6f}"
        yield f"techdesk_request_seconds_count {total}"
        yield "# HELP techdesk_operations_total Operations taken into the log, by the kind of their outcome."
        yield "# TYPE techdesk_operations_total counter"
        for kind, count in sorted(self._operations.items()):
            yield f'techdesk_operations_total{{kind="{kind}"}} {count}'


def _laptops(enrolled: int, revoked: int, waiting: int) -> Iterator[str]:
    yield "# HELP techdesk_laptops Enrolled laptops."
    yield "# TYPE techdesk_laptops gauge"
    yield f'techdesk_laptops{{state="enrolled"}} {enrolled - revoked}'
    yield f'techdesk_laptops{{state="revoked"}} {revoked}'
    yield "# HELP techdesk_quarantined_operations Operations of revoked laptops that wait for a decision."
    yield "# TYPE techdesk_quarantined_operations gauge"
    yield f"techdesk_quarantined_operations {waiting}"
