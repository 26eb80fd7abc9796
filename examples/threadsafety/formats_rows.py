"""json, pickle, csv, re, struct, xml and configparser, in four threads."""

import configparser
import csv
import io
import json
import pickle
import re
import string
import struct
from typing import Any
from xml.etree import ElementTree

import stress
from stress import Stress, Wrong, expect


def json_loads(run: Stress) -> None:
    run(lambda: expect(json.loads('{"a": [1, 2]}') == {"a": [1, 2]}, "other"))


def json_dumps_changing(run: Stress) -> None:
    items = {str(number): number for number in range(50)}

    def write() -> None:
        items["new"] = 1
        items.pop("new", None)

    run(write, lambda: json.dumps(items))


def json_dumps_list(run: Stress) -> None:
    items = [*range(50)]

    def write() -> None:
        items.append(1)
        items.pop()

    run(write, lambda: json.dumps(items))


def json_encoder(run: Stress) -> None:
    encoder, decoder = json.JSONEncoder(), json.JSONDecoder()
    run(lambda: expect(decoder.decode(encoder.encode([1])) == [1], "other"))


def pickle_dumps_changing(run: Stress) -> None:
    items = {number: number for number in range(2000)}

    def write() -> None:
        for number in range(2000, 2010):
            items[number] = 1
        for number in range(2000, 2010):
            items.pop(number, None)

    run(write, lambda: pickle.dumps(items))


def pickle_dumps_list(run: Stress) -> None:
    items = [[number] for number in range(2000)]

    def write() -> None:
        items.append([1])
        items.pop()

    def read() -> None:
        if len(pickle.loads(pickle.dumps(items))) < 2000:
            raise Wrong("an item that was always there is missing")

    run(write, read)


def pickle_pickler(run: Stress) -> None:
    pickler = pickle.Pickler(io.BytesIO())
    run(lambda: pickler.dump([1, "a"]), most=3000)


def csv_writer(run: Stress) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    (done,) = run(lambda: writer.writerow(["a" * 50, "b" * 50]), most=3000)
    whole = "a" * 50 + "," + "b" * 50
    run.lost(sum(line == whole for line in file.getvalue().splitlines()), done)


def csv_reader(run: Stress) -> None:
    lines = [f"{number},{number}" for number in range(200)]

    def take(reader: Any) -> list[int]:
        taken = []
        for one, other in reader:
            if one != other:
                raise Wrong("a row of two lines")
            taken.append(int(one))
        return taken

    def check(_: object, results: list[Any]) -> None:
        taken = [item for result in results for item in result or ()]
        if sorted(taken) != [*range(200)]:
            raise Wrong(f"{len(set(taken))} of 200 rows came")

    run.rounds(lambda: csv.reader(lines), take, check=check, each=100)


def re_match(run: Stress) -> None:
    pattern = re.compile(r"(\w+)-(\d+)")

    def match() -> None:
        found = pattern.match("thread-12")
        if not found or found.groups() != ("thread", "12"):
            raise Wrong("other groups")

    run(match)


def re_cache(run: Stress) -> None:
    numbers = iter(range(10**9))

    def compile_new() -> None:
        number = next(numbers) % 700  # the cache holds 512
        if not re.match(rf"a{number}$", f"a{number}"):
            raise Wrong("the pattern of another call")

    run(compile_new)


def re_scanner(run: Stress) -> None:
    def check(_: object, results: list[Any]) -> None:
        taken = [item for result in results for item in result or ()]
        if sorted(taken) != sorted(f"w{number}" for number in range(100)):
            raise Wrong(f"{len(set(taken))} of 100 matches came, {len(taken)} in all")

    text = " ".join(f"w{number}" for number in range(100))
    pattern = re.compile(r"\w+")
    run.rounds(
        lambda: pattern.finditer(text),
        lambda found: [match[0] for match in found],
        check=check,
        each=50,
    )


def struct_pack(run: Stress) -> None:
    form = struct.Struct("<id")
    run(lambda: expect(form.unpack(form.pack(1, 2.0)) == (1, 2.0), "other"))


def struct_pack_into(run: Stress) -> None:
    data = bytearray(64)
    form = struct.Struct("<8q")

    def write(value: int) -> Any:
        return lambda: form.pack_into(data, 0, *[value] * 8)

    def read() -> None:
        if len(set(form.unpack_from(data))) != 1:
            raise Wrong("half of one record and half of another")

    run(write(1), read, write(2), read)


def xml_parse(run: Stress) -> None:
    def parse() -> None:
        if len(ElementTree.fromstring("<a><b/><b/></a>")) != 2:
            raise Wrong("another tree")

    run(parse)


def xml_append(run: Stress) -> None:
    root = ElementTree.Element("root")
    (done,) = run(lambda: ElementTree.SubElement(root, "item"), most=20_000)
    run.lost(len(root), done)


def xml_iterate(run: Stress) -> None:
    root = ElementTree.fromstring("<a>" + "<b/>" * 100 + "</a>")

    def write() -> None:
        root.append(ElementTree.Element("c"))
        root.remove(root[0])

    def read() -> None:
        if len([child for child in root]) < 99:
            raise Wrong("children were missed")

    run(write, read)


def xml_attribute(run: Stress) -> None:
    element = ElementTree.Element("a", {"n": "0"})

    def add() -> None:
        element.set("n", str(int(element.get("n", "0")) + 1))

    (done,) = run(add)
    run.lost(int(element.get("n", "0")), done)


def configparser_read(run: Stress) -> None:
    config = configparser.ConfigParser()
    config.read_dict({"a": {"x": "1", "y": "%(x)s2"}})
    run(lambda: expect(config.get("a", "y") == "12", "another value"))


def configparser_write(run: Stress) -> None:
    config = configparser.ConfigParser()
    config.read_dict({"a": {f"k{number}": "1" for number in range(20)}})

    def write() -> None:
        for number in range(20, 30):
            config.set("a", f"k{number}", "1")
        for number in range(20, 30):
            config.remove_option("a", f"k{number}")

    run(write, lambda: config.items("a"))


def template_substitute(run: Stress) -> None:
    text = string.Template("$a and $b")
    run(lambda: expect(text.substitute(a=1, b=2) == "1 and 2", "another text"))


if __name__ == "__main__":
    stress.main(globals())
