"""The exercises of examples/practise: what their checks refuse, and what they let pass."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

import load
from wrong_answers import ANSWERS
from wrong_programs import PROGRAMS

EXAMPLES = load.ROOT / "examples"
PRACTISE = EXAMPLES / "practise"
FILES = sorted(path.stem for path in (PRACTISE / "starters").glob("*.py"))


EXERCISES = load.program("practise/exercises").EXERCISES


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The folder as the archive has it."""
    folder = tmp_path_factory.mktemp("practise") / "threads-practise"
    shutil.copytree(PRACTISE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(EXAMPLES / "proved/orders.py", folder)
    return folder


@pytest.fixture
def practise(unpacked):
    """The folder without answers, and without what it has kept."""
    shutil.rmtree(unpacked / "yours", ignore_errors=True)
    (unpacked / "progress.json").unlink(missing_ok=True)
    return unpacked


def check(folder, *arguments):
    """Run check.py; return its exit status and what it printed."""
    done = subprocess.run(
        [sys.executable, str(folder / "check.py"), *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_each_exercise_has_all_its_parts():
    assert [exercise.file for exercise in EXERCISES] == FILES == [*ANSWERS]
    assert len(FILES) >= 16
    for exercise in EXERCISES:
        assert (PRACTISE / f"tests/test_{exercise.file}.py").is_file()
        assert (PRACTISE / f"solutions/{exercise.file}.py").is_file()
        assert len(exercise.hints) >= 2
        assert len(ANSWERS[exercise.file]) >= 3


def judged(folder, file, *answers):
    """Judge answers; return their verdicts, and the first line of what is told."""
    status, printed = check(folder, "--judge", file, *map(str, answers))
    assert status == 0, printed
    told = [json.loads(line) for line in printed.splitlines()]
    return [(verdict, lines[0]) for verdict, lines in told if verdict != "trying"]


def files(folder, texts):
    """Write texts; return their paths."""
    paths = [folder / f"answer{number}.py" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    return paths


@pytest.mark.parametrize("file", FILES)
def test_a_starter_and_wrong_answers_fail_and_the_solution_passes(unpacked, tmp_path, file):
    solution = (PRACTISE / f"solutions/{file}.py").read_text("utf-8")
    wrong = [(answer.thought, answer.told, answer.text(solution)) for answer in ANSWERS[file]]
    wrong += PROGRAMS.get(file, ())
    answers = files(tmp_path, [text for _, _, text in wrong])
    ends = PRACTISE / f"starters/{file}.py", PRACTISE / f"solutions/{file}.py"
    first, *verdicts, last = judged(unpacked, file, ends[0], *answers, ends[1])
    assert (first[0], last[0]) == ("fails", "passes")
    for (thought, expected, _), (verdict, told) in zip(wrong, verdicts, strict=True):
        assert verdict == "fails", (thought, told)
        assert expected in told, (thought, told)


def write(folder, number, text):
    """Write the reader's answer to an exercise; return its path."""
    path = folder / "yours" / f"{EXERCISES[number - 1].file}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_a_first_run_copies_the_starters_and_says_what_breaks(practise):
    status, printed = check(practise, "1")
    assert status == 1
    assert printed.startswith("1 Fix the counter: fails: two threads have added")
    assert "thread 1  line 9   self.value += 1  # reads value, changes value" in printed
    assert sorted(path.stem for path in (practise / "yours").iterdir()) == FILES


def test_answers_are_never_written_over(practise):
    answer = write(practise, 1, "mine\n")
    for arguments in (["1"], ["1", "--hint"], ["1", "--solution"], []):
        check(practise, *arguments)
    assert answer.read_text("utf-8") == "mine\n"


def test_the_list_says_what_is_solved_and_what_has_changed_since(practise):
    solution = (practise / "solutions/ex01_counter.py").read_text("utf-8")
    write(practise, 1, solution)
    assert check(practise, "1")[0] == 0
    assert " 1  solved " in check(practise)[1]
    write(practise, 1, solution + "\n")
    assert " 1  changed " in check(practise)[1]
    assert f"0 of {len(EXERCISES)} solved" in check(practise)[1]


def test_hints_come_one_at_a_time(practise):
    hints = EXERCISES[2].hints
    for hint in (*hints, hints[-1]):
        printed = check(practise, "3", "--hint")[1]
        assert [other for other in hints if other in printed] == [hint]
    assert EXERCISES[2].section in printed


def test_the_solution_is_printed(practise):
    solution = (practise / "solutions/ex03_queue.py").read_text("utf-8")
    assert check(practise, "3", "--solution") == (0, solution)


@pytest.mark.parametrize("arguments", [["0"], ["18"], ["x"], ["--hint"], ["--solution"]])
def test_an_exercise_that_is_not_there_is_one_line(practise, arguments):
    status, printed = check(practise, *arguments)
    assert status == 2
    assert printed.startswith("There is no exercise")
    assert printed.count("\n") == 1


@pytest.mark.parametrize(
    ("number", "text", "said"),
    [
        (1, "class Counter:\n    x = (\n", "ex01_counter.py, line 2: '(' was never closed"),
        (1, "x = 1\n\ny = 2\n", "ex01_counter.py, line 3: it ends without Counter"),
        (1, "x = 1\nx / 0\n", "ex01_counter.py, line 2: ZeroDivisionError"),
        (1, "x = 1\nraise SystemExit\n", "ex01_counter.py, line 2: SystemExit"),
        (1, "x = '\0'\n", "ex01_counter.py, line 1: source code"),
        (1, "import os\nos._exit(3)\n", "ended before its time, with status 3"),
    ],
)
def test_a_file_that_cannot_run_has_no_verdict_and_one_line(practise, number, text, said):
    write(practise, number, text)
    status, printed = check(practise, str(number))
    assert status == 2
    assert "no verdict: " in printed
    assert said in printed
    assert printed.count("\n") == 1


def test_a_loop_that_does_not_end_has_no_verdict_and_its_line(practise):
    write(
        practise,
        1,
        "class Counter:\n    value = 0\n    def add(self):\n        while self.value < 9:\n"
        "            pass\n",
    )
    status, printed = check(practise, "1")
    assert status == 2
    assert "no verdict: an order does not end, in yours/ex01_counter.py, line " in printed
    assert len([line for line in printed.splitlines() if "trying orders" not in line]) == 1


def test_a_lock_that_all_share_passes_where_there_are_several_tests(practise):
    solution = (practise / "solutions/ex17_port.py").read_text("utf-8")
    own, shared = "        self.lock = Lock()\n", "class Statistics:\n    lock = Lock()\n"
    assert own in solution
    write(practise, 17, solution.replace(own, "").replace("class Statistics:\n", shared))
    status, printed = check(practise, "17")
    assert status == 0, printed


def test_a_damaged_record_of_progress_begins_anew(practise):
    for text in ("{", "[]", '{"hints": {"ex01_counter": "x"}, "solved": {}}'):
        (practise / "progress.json").write_text(text, "utf-8")
        assert check(practise, "1", "--hint")[1].startswith("Hint 1 of 3")


def test_what_an_answer_prints_is_shown_for_the_order_that_breaks_it(practise):
    starter = (practise / "starters/ex01_counter.py").read_text("utf-8")
    write(practise, 1, starter + '        print("added")\n')
    printed = check(practise, "1")[1]
    assert printed.count("  added\n") == 3, printed
    assert "In this order it prints:" in printed


CALLED = """\
from threading import Thread


def run_all(jobs):
    threads = [Thread(target=job()) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""


def test_a_job_that_the_answer_calls_itself_is_told_with_the_line_that_calls_it(practise):
    write(practise, 2, CALLED)
    printed = check(practise, "2")[1]
    assert "main is at yours/ex02_join.py, line 5: threads = [Thread(target=job())" in printed
    assert "runs meet() of the check: both.wait()" in printed


def test_a_timeout_that_has_to_run_out_is_told_with_its_line(practise):
    own, late = "thread.start()\n", "thread.start()\n        thread.join(5)\n"
    write(practise, 2, CALLED.replace("job()", "job").replace(own, late))
    printed = check(practise, "2")[1]
    assert "deadlock: until a timeout runs out no thread can go on" in printed
    assert "main is at yours/ex02_join.py, line 8: thread.join(5)" in printed


def test_one_job_that_is_done_is_counted_in_good_english(practise):
    solution = (practise / "solutions/ex04_stop.py").read_text("utf-8")
    write(
        practise, 4, solution.replace("            job()", "            job()\n            return")
    )
    assert "two jobs were submitted; done: 1" in check(practise, "4")[1]


LONG = """\
from contextlib import contextmanager
from threading import Lock


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = Lock()

    @contextmanager
    def locked(self):
        with self.lock:
            yield

    def add(self):
        with self.locked():
            self.value += 1
"""


def test_a_long_search_says_once_that_it_goes_on(practise):
    write(practise, 1, LONG)
    status, printed = check(practise, "1")
    assert status == 0
    assert printed.count("trying orders: ") == 1, printed


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_an_interrupt_ends_it_with_one_line(practise):
    write(practise, 1, LONG)
    with load.process(
        [sys.executable, str(practise / "check.py"), "1"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as checking:
        assert checking.stderr.readline().startswith("trying orders: ")
        os.killpg(checking.pid, signal.SIGINT)  # as a terminal does
        said, wrong = checking.communicate()
    assert (said, wrong, checking.returncode) == ("", "no verdict: interrupted\n", 2)
