"""Pass items through stages that run side by side, each in threads of its own.

    with Pipeline(urls, Stage(fetch, workers=8), Stage(parse), Stage(store)) as results:
        for result in results:
            print(result)

Between two stages there is a bounded queue, so a fast stage waits for a slow one. Stages
that wait for I/O overlap; stages that compute share one core on the default build:
https://docs.python.org/3/glossary.html#term-global-interpreter-lock
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

TICK = 1.0  # seconds that one wait for an item may take, as Ctrl-C may not interrupt it

log = logging.getLogger(__name__)


class Failed(Exception):
    """A stage, or the source, raised; its exception is the cause of this one.

    Attributes:
        stage: the name of the stage, or "source".
        item: what the stage was given; None for the source.
    """

    def __init__(self, stage: str, item: Any = None) -> None:
        self.stage, self.item = stage, item

    def __str__(self) -> str:
        return self.stage if self.stage == "source" else f"{self.stage}, item {self.item!r}"


@dataclass
class Stage:
    """One step: `function(item)` gives the item of the next stage.

    Attributes:
        function: called by `workers` threads at a time.
        workers: with more than one, items may overtake each other.
        name: of the stage and its threads; by default that of the function.
    """

    function: Callable[[Any], Any]
    workers: int = 1
    name: str = ""

    def __post_init__(self) -> None:
        if not self.workers >= 1:  # NaN, too
            raise ValueError(f"{self.workers} workers: at least one is needed")
        self.name = self.name or getattr(self.function, "__name__", "stage")


class Pipeline:
    """An iterator over what comes out of the last stage, and a context manager.

    The `with` block starts the threads. However it is left, by the last result, `break`,
    an exception or Ctrl-C, the threads have ended afterwards, or `TimeoutError` says which
    have not. What is in the pipeline when it stops is dropped: after Ctrl-C in the middle of
    a read, too, leave the block. A Ctrl-C that comes while the block begins or ends, in the
    middle of `Thread.start` for example, is not taken care of.

    If a stage or the source raises, all stages stop, and the loop gets `Failed`; so does
    the end of the `with` block if the loop was left before. Errors that follow are logged,
    and so is `Failed` where the block itself raises. A `TimeoutError` has it as its cause.

    Attributes:
        stopping: set once the pipeline stops; for stages and sources that take long to
            look at. What they raise after that is logged and not reported.
    """

    def __init__(
        self, source: Iterable[Any], *stages: Stage, capacity: int = 10, grace: float = 10.0
    ) -> None:
        """Prepare the pipeline.

        Args:
            source: iterated in a thread of its own, and only as far as there is room.
            stages: at least one.
            capacity: how many items may wait between two stages.
            grace: seconds that the end of the `with` block waits for the threads.

        Raises:
            ValueError: there is no stage, or `capacity` is below one.
        """
        if not stages or not capacity >= 1:
            raise ValueError(f"{len(stages)} stages, capacity {capacity}: at least one of each")
        self.stopping = threading.Event()
        self._source = source
        self._grace = grace
        self._lock = threading.Lock()  # guards the failure, and so which one is the first
        self._failure: Failed | None = None
        self._begun = self._told = False
        writers = [1, *(stage.workers for stage in stages)]
        self._channels = [_Channel(capacity, number) for number in writers]
        self._threads = [threading.Thread(target=self._feed, name="source")]
        for stage, inlet, outlet in zip(stages, self._channels, self._channels[1:], strict=False):
            self._threads += [
                threading.Thread(
                    target=self._work, args=(stage, inlet, outlet), name=f"{stage.name}-{number}"
                )
                for number in range(1, stage.workers + 1)
            ]

    def __enter__(self) -> "Pipeline":
        if self._begun:
            raise RuntimeError("a pipeline runs once: make another one")
        self._begun = True
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            self._stop()  # those that have started
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._stop()
        end = time.monotonic() + min(self._grace, threading.TIMEOUT_MAX)
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        if alive := [thread.name for thread in self._threads if thread.is_alive()]:
            late = TimeoutError(f"still running after {self._grace:g} s: {', '.join(alive)}")
            raise late from self._failure
        for channel in self._channels:
            channel.clear()
        if self._failure is not None and not self._told:
            if kind is None:
                raise self._failure
            log.error("before the block raised: %s", self._failure, exc_info=self._failure)

    def __iter__(self) -> "Pipeline":
        return self

    def __next__(self) -> Any:
        if not self._begun:
            raise RuntimeError("no thread runs yet: iterate inside the `with` block")
        result = self._channels[-1].get()
        if result is not END:
            return result
        if self._failure is not None:
            self._told = True
            raise self._failure
        raise StopIteration

    def _stop(self) -> None:
        self.stopping.set()
        for channel in self._channels:
            channel.stop()

    def _fail(self, failure: Failed, error: BaseException) -> None:
        failure.__cause__ = error
        with self._lock:
            if first := self._failure is None and not self.stopping.is_set():
                self._failure = failure
        if first:
            self._stop()
        else:
            log.error("while the pipeline stops: %s", failure, exc_info=error)

    def _feed(self) -> None:
        try:
            for item in self._source:
                if not self._channels[0].put(item):
                    break
        except BaseException as error:
            self._fail(Failed("source"), error)
        finally:
            self._channels[0].leave()

    def _work(self, stage: Stage, inlet: "_Channel", outlet: "_Channel") -> None:
        item = None
        try:
            while (item := inlet.get()) is not END:
                if not outlet.put(stage.function(item)):
                    break
        except BaseException as error:
            self._fail(Failed(stage.name, item), error)
        finally:
            outlet.leave()


END = object()


class _Channel:
    """A bounded queue that ends after its last writer, or at once; like one of 3.13.

    https://docs.python.org/3/library/queue.html#queue.Queue.shutdown

    What reads is made of SimpleQueue alone, which is written in C: a Ctrl-C in the Python code of
    a Queue or a Condition can leave its lock held, and the writers would wait for it forever.
    """

    def __init__(self, capacity: int, writers: int) -> None:
        self._items: SimpleQueue[Any] = SimpleQueue()
        self._read: SimpleQueue[None] = SimpleQueue()  # one for each item that makes room
        self._writing = threading.Lock()  # guards what follows; held by who waits for room
        self._free = capacity
        self._writers = writers
        self._stopped = False  # read without the lock: it changes once, and a token follows

    def put(self, item: Any) -> bool:
        """Wait for room, add the item and return True; False if it was stopped."""
        with self._writing:
            if self._free > 0 and self._read.empty():
                self._free -= 1
            else:
                self._read.get()
            if self._stopped:
                self._read.put(None)  # for the next writer
            else:
                self._items.put(item)
            return not self._stopped

    def get(self) -> Any:
        """Wait for an item and return it, or END if there will be none."""
        item = None
        while not self._stopped:
            try:
                item = self._items.get(timeout=TICK)
                break
            except Empty:
                pass
        if item is END:
            self._items.put(END)  # for the next reader
        if item is END or self._stopped:
            return END
        self._read.put(None)
        return item

    def leave(self) -> None:
        """Tell that one writer will write no more."""
        with self._writing:
            self._writers -= 1
            if not self._writers:
                self._items.put(END)

    def stop(self) -> None:
        """Pass on nothing of what waits, and let nobody wait any more."""
        self._stopped = True
        self._items.put(END)
        self._read.put(None)

    def clear(self) -> None:
        """Drop what waits; nobody else reads or writes any more."""
        with suppress(Empty):
            while True:
                self._items.get_nowait()


def main() -> None:
    """Add up orders, two at a time, until one is bad."""
    prices = {"tea": 3, "milk": 2}

    def parse(line: str) -> list[str]:
        return line.split()

    def price(order: list[str]) -> int:
        return sum(prices[item] for item in order)

    lines = ["tea", "tea milk", "milk milk milk"]
    with Pipeline(lines, Stage(parse), Stage(price, workers=2)) as totals:
        print("totals:", sorted(totals))

    def endless() -> Iterator[str]:
        yield "tea gold"
        while True:
            yield "tea"

    totals = Pipeline(endless(), Stage(parse), Stage(price, workers=2), capacity=2)
    try:
        with totals:
            for _ in totals:
                pass
    except Failed as error:
        print(f"{error}: {error.__cause__!r}")
    print("threads left:", threading.active_count() - 1)


if __name__ == "__main__":
    main()
