"""What the parts of examples/measured/timeline.py record, draw and tell, by clocks that tests turn.

Programs run under the whole of it in tests/checks/test_timeline.py.
"""

import json
import os
import sys
import threading
import time
from xml.etree import ElementTree

import pytest

from engine import ROOT

sys.path.append(str(ROOT / "examples/measured"))

import timeline
import timeline_picture
import timeline_recorder
from timeline_picture import IO, LOCK, RUNS, THREAD, Lane

SVG = "{http://www.w3.org/2000/svg}"
CIRCLE = "Deadlock: one waits for two, two waits for one."


def test_a_thread_that_waits_for_a_deadlock_is_no_part_of_it():
    holders = {"outside": 1, "one": 2, "two": 1, "free": None}
    lanes = [
        timeline_picture.Lane(name, False, [(timeline_picture.LOCK, 0.0, 1.0)], None, "p.py:1", to)
        for name, to in holders.items()
    ]
    assert timeline_picture.deadlock(lanes) == [1, 2]
    assert timeline_picture.deadlock(lanes[3:]) == []
    assert timeline_picture.tell(lanes).endswith(CIRCLE)


def test_without_clocks_nothing_is_said_of_cores(monkeypatch):
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    recorder = timeline_recorder.Recorder()
    recorder.live(threading.current_thread(), lambda: sum(range(100_000)))
    (lane,) = recorder.lanes()
    assert lane.cpu is None
    assert "core" not in timeline_picture.tell([lane])
    drawn = timeline_picture.draw([lane])
    assert "on a core" not in drawn
    assert "fill-opacity" not in drawn
    assert ">runs<" in drawn


@pytest.mark.skipif(
    not hasattr(time, "pthread_getcpuclockid"), reason="the system has no clock of another thread"
)
def test_a_look_reads_the_clock_of_each_thread_that_has_not_ended(monkeypatch):
    recorder = timeline_recorder.Recorder()
    looked, go_on = threading.Event(), threading.Event()

    def work():
        looked.set()
        go_on.wait()

    thread = threading.Thread(target=lambda: recorder.live(threading.current_thread(), work))
    thread.start()
    looked.wait()
    (life,) = recorder.lives
    for now in range(1, 21):
        monkeypatch.setattr(recorder, "now", lambda now=now: float(now))
        recorder.look_once()
    assert len(life.points) == 21
    assert life.points == sorted(life.points)
    times = iter([30.0, 31.0])
    monkeypatch.setattr(recorder, "now", lambda: next(times))
    recorder.look_once()
    assert len(life.points) == 21
    monkeypatch.setattr(recorder, "now", lambda: 40.0)
    go_on.set()
    thread.join()
    recorder.look_once()
    assert len(life.points) == 22  # its own last one

    def gone(_):
        raise OSError

    monkeypatch.setattr(time, "clock_gettime", gone)
    life.ended = None  # it has ended, and the recorder does not know it yet
    recorder.look_once()
    assert len(life.points) == 22


def test_what_no_recorded_thread_does_is_not_recorded():
    recorder = timeline_recorder.Recorder()
    assert recorder.wait(timeline_picture.IO, None, max, 1, 2) == 2
    assert recorder.lives == []


def test_pieces_are_shares_of_the_time_between_two_looks():
    points = [(0.0, 0.0), (1.0, 0.5), (1.1, 0.6), (2.0, 1.5), (2.0, 1.5)]
    assert timeline_recorder.pieces(points, 0.5) == [
        (0.0, 1.0, 0.5),
        (1.0, 2.0, pytest.approx(1.0)),
    ]
    assert timeline_recorder.pieces([], 0.5) == []


class Clock:
    """The seconds that a recorder sees: one more at each look."""

    def __init__(self, recorder):
        self.seconds = 0.0
        recorder.now = self

    def __call__(self):
        self.seconds += 1
        return self.seconds


@pytest.fixture
def recorder(monkeypatch):
    """A recorder whose clock counts looks, on a system without clocks of threads."""
    monkeypatch.delattr(time, "pthread_getcpuclockid", raising=False)
    recorder = timeline_recorder.Recorder()
    Clock(recorder)
    return recorder


def in_thread(recorder, name, action):
    thread = threading.Thread(name=name)
    worker = threading.Thread(target=lambda: recorder.live(thread, action))
    worker.start()
    worker.join()


def test_a_wait_is_a_span_of_its_thread_and_a_wait_inside_it_is_none(recorder):
    def work():
        inner = lambda: recorder.wait(IO, None, max, 1, 2)  # noqa: E731
        assert recorder.wait(LOCK, None, inner) == 2

    in_thread(recorder, "worker", work)
    (lane,) = recorder.lanes()
    assert (lane.thread, lane.ended) == ("worker", True)
    assert [span[0] for span in lane.spans] == [RUNS, LOCK, RUNS]
    assert [span[2] for span in lane.spans[:-1]] == [span[1] for span in lane.spans[1:]]


def test_a_wait_and_a_life_end_when_an_error_ends_them(recorder):
    def work():
        with pytest.raises(ZeroDivisionError):
            recorder.wait(IO, None, lambda: 1 / 0)
        raise SystemExit

    with pytest.raises(SystemExit):
        recorder.live(threading.current_thread(), work)
    (life,) = recorder.lives
    assert life.ended is not None
    assert [wait.ended is not None for wait in life.waits] == [True]
    assert life.waiting() is None


def test_a_lane_of_who_waits_leads_to_who_holds(recorder):
    class Lock:
        made, holder = "program.py:3", None

    def hold():
        Lock.holder = recorder.life()

    def want():
        recorder.wait(LOCK, Lock, lambda: lanes.extend(recorder.lanes()))

    lanes = []
    in_thread(recorder, "holder", hold)
    in_thread(recorder, "other", want)
    assert [(lane.thread, lane.ended, lane.lock, lane.holder) for lane in lanes] == [
        ("holder", True, None, None),
        ("other", False, "program.py:3", 0),
    ]
    assert lanes[1].spans[-1][0] == LOCK


def test_a_recorded_function_is_recorded_and_otherwise_the_same(recorder):
    slow = timeline_recorder.recorded(recorder, IO, max)
    in_thread(recorder, "worker", lambda: slow(1, 2, key=abs))
    assert slow.__name__ == "max"
    assert [wait.state for wait in recorder.lives[0].waits] == [IO]


def test_the_place_that_made_a_lock_is_the_callers(recorder):
    assert timeline_recorder.caller().startswith("test_timeline_parts.py:")


LANES = [
    Lane("main", False, [(RUNS, 0.0, 1.0), (THREAD, 1.0, 4.0)], [(0.0, 1.0, 0.5)]),
    Lane("one & only", False, [(RUNS, 1.0, 2.0), (LOCK, 2.0, 4.0)], None, "p.py:3", 2),
    Lane("two", False, [(RUNS, 1.0, 3.0), (IO, 3.0, 3.5), (LOCK, 3.5, 4.0)], [], "p.py:4", 1),
    Lane("alone", False, [(LOCK, 1.0, 4.0)], None, "p.py:5", 3),
    Lane("early", True, [(RUNS, 0.0, 0.5)], None),
]


def test_the_words_say_who_waited_how_often_and_what_it_got_of_a_core():
    assert timeline_picture.tell(LANES[:3]).splitlines() == [
        "main waits for a thread 1 time, has a core for 50% of the time it could use one, has not "
        "ended. one & only waits for a lock 1 time, waits for the lock of p.py:3, which two holds, "
        "has not ended. two sleeps or waits for I/O 1 time, waits for a lock 1 time, waits for the "
        "lock of p.py:4, which one & only holds, has not ended. Deadlock: one & only waits for "
        "two, two waits for one & only."
    ]


def test_cores_in_use_are_counted_while_they_are_drawn():
    one = Lane("main", True, [(RUNS, 0.0, 1.0), (THREAD, 1.0, 21.0)], [(0.0, 1.0, 1.0)])
    two = Lane("two", True, [(RUNS, 1.0, 21.0)], [(1.0, 6.0, 1.0), (6.0, 21.0, 0.4)])
    assert timeline_picture.used([one, two]) == pytest.approx((1 + 5 + 6) / 21)  # from 0 on
    late = Lane("late", True, [(RUNS, 10.0, 30.0)], [(10.0, 15.0, 1.0), (15.0, 30.0, 0.4)])
    assert timeline_picture.used([one, late]) == pytest.approx((5 + 6) / 21)  # from 9 on
    assert timeline_picture.used([one, two._replace(cpu=None)]) is None


def test_a_drawing_has_a_name_for_each_lane_and_a_sign_for_all_that_is_in_it():
    drawn = ElementTree.fromstring(timeline_picture.draw(LANES))
    texts = [text.text for text in drawn.iter(f"{SVG}text")]
    assert texts[:5] == [lane.thread for lane in LANES]
    seen = {*texts[5:]} - {"0", "3.1 s"}
    assert seen == {
        RUNS,
        LOCK,
        THREAD,
        IO,
        timeline_picture.ON_A_CORE,
        timeline_picture.OFF,
        timeline_picture.ENDLESS,
        timeline_picture.HOLDS,
    }
    right = float(drawn.get("viewBox").split()[2])
    for bar in drawn.iter(f"{SVG}rect"):
        assert 0 <= float(bar.get("x")) <= float(bar.get("x")) + float(bar.get("width")) <= right
        assert float(bar.get("height")) > 0


@pytest.mark.parametrize(("seconds", "text"), [(2.04, "2 s"), (0.25, "250 ms"), (0.0001, "0.1 ms")])
def test_a_duration_has_its_unit(seconds, text):
    assert timeline_picture.duration(seconds) == text


def test_lanes_are_written_where_they_are_asked_for(tmp_path):
    timeline.write(LANES, tmp_path / "t.svg", tmp_path / "t.json")
    found = json.loads((tmp_path / "t.json").read_text())
    assert [lane["thread"] for lane in found["lanes"]] == [lane.thread for lane in LANES]
    assert found["words"] == timeline_picture.tell(LANES)
    assert (found["cores"], found["used"]) == (os.cpu_count(), timeline_picture.used(LANES))
    assert ElementTree.parse(tmp_path / "t.svg").getroot().tag == f"{SVG}svg"
    timeline.write(LANES, None, None)
    assert {path.name for path in tmp_path.iterdir()} == {"t.svg", "t.json"}


def test_the_sample_ends_its_threads(new_threads):
    timeline.sample()
    assert new_threads() == []
