"""What is worth doing only when nothing has moved for a while."""

import asyncio
from collections.abc import Callable

SECONDS = 0.4
"""How long nothing must have happened. Keys that are held down come faster."""


class AfterRest:
    """Calls a function once, when nothing has begun for a while; a new beginning starts the wait again.

    It needs the event loop of a notebook. Where none is running, as in a program, the function is never called.

    Args:
        function: without arguments.
        seconds: how long to wait.
    """

    def __init__(self, function: Callable[[], object], seconds: float = SECONDS) -> None:
        self.function, self.seconds = function, seconds
        self._waiting: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Start to wait."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = loop.call_later(self.seconds, self.function)

    def end(self) -> None:
        """Wait no longer."""
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
