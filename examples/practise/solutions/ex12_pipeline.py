"""The writer goes on until the last parser has said that it ends."""

from collections.abc import Callable, Iterable
from queue import Queue
from threading import Thread


def run(texts: Iterable[str], write: Callable[[int], object]) -> None:
    to_parse: Queue[str | None] = Queue()
    to_write: Queue[int | None] = Queue()

    def parse() -> None:
        while (text := to_parse.get()) is not None:
            try:
                number = int(text)
            except ValueError:
                continue
            to_write.put(number)
        to_write.put(None)

    parsers = [Thread(target=parse) for _ in range(2)]
    for parser in parsers:
        parser.start()
    for text in texts:
        to_parse.put(text)
    for _ in parsers:
        to_parse.put(None)
    at_work = len(parsers)
    while at_work:
        number = to_write.get()
        if number is None:
            at_work -= 1
        else:
            write(number)
    for parser in parsers:
        parser.join()
