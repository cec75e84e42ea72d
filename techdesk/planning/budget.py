"""How long a search may take: seconds on the wall, or seconds of processor time where a machine is shared."""

import time
from collections.abc import Callable


class Budget:
    """So many seconds from now. With `cpu` they are this process's own seconds of work, so that a crowded machine gives
    the same search (benchmarks only: a person waits by the wall)."""

    def __init__(self, seconds: float, *, cpu: bool = False) -> None:
        self.seconds = max(seconds, 0.01)
        self.cpu = cpu
        self._now: Callable[[], float] = time.process_time if cpu else time.perf_counter
        self._began = self._now()

    def spent(self) -> float:
        """The share that is used up: 0 at the beginning, 1 and more when over."""
        return (self._now() - self._began) / self.seconds

    def left(self) -> float:
        """Seconds that are left, never below 0."""
        return max(0.0, self.seconds - (self._now() - self._began))

    def over(self) -> bool:
        """Whether nothing is left."""
        return self.spent() >= 1

    def share(self, share: float, of: float) -> float:
        """Seconds for a stage that is `share` out of the shares `of` that are still to come. By the wall, what earlier
        stages took too long comes off the later ones; processor time is not this process's alone to count."""
        return self.seconds * share if self.cpu else self.left() * share / of

    def part(self, seconds: float) -> "Budget":
        """A budget of so many seconds, within what is left of this one."""
        return Budget(min(seconds, self.left()), cpu=self.cpu)
