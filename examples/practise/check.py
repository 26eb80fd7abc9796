"""Check your answers to the exercises, in all orders of their threads.

    python check.py                the exercises, and what is solved
    python check.py 3              check your answer to exercise 3
    python check.py 3 --hint       one more hint
    python check.py 3 --solution   an answer that passes

Your answers are the files in yours/, copied from starters/ once and never written to again.
Delete one to begin anew. An answer passes when no order that was tried breaks the check; the
verdict says which ones those were.
"""

import argparse
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import exercises
import orders
from exercises import EXERCISES, Exercise

HERE = Path(__file__).resolve().parent
YOURS, PROGRESS = HERE / "yours", HERE / "progress.json"
PATIENCE = 5.0  # seconds for one order of a check, which has some hundred steps
SECONDS = 20.0  # of CPU time for all orders of a check
SOON, ENOUGH = 5.0, 2  # seconds, once all orders with so many preemptions have been tried
SILENT = 1.5  # seconds of CPU time without a word
PRINTED = 20  # lines of what an answer has printed
UNTIL_LATE = "until a timeout runs out no thread"  # can go on
WIDTH = 52  # of a line of the answer, where it is told
STATUS = {"passes": 0, "fails": 1, "no verdict": 2}
JUDGED = re.compile(r'\["(passes|fails|no verdict)", ')
TRYING = re.compile(r'\["trying", \["([\d,]+)"\]\]')


class Watched(orders.Order):
    """An order that no timeout saves, and that tells which line of the answer has called."""

    search: "Exam"

    def options(self, task: orders.Task, able: list[orders.Task]) -> list[tuple[int, int]]:
        found = super().options(task, able)
        if self.search.guarded and found and found[0][0] < 0 and not able:
            late = self.tasks[~found[0][0]]
            others = [other for other in self.tasks if other is not late and not other.done]
            if others and not late.early:  # late's wait hides a deadlock
                self.end(self.deadlock().replace("no thread", UNTIL_LATE, 1))
        return found

    def deadlock(self) -> str:
        text, frames = super().deadlock(), sys._current_frames()
        for task in self.tasks:
            frame = None if task.done else frames.get(task.ident)
            at = self.search.place(frame)
            if frame and not self.search.mine(*at):
                caller = self.search.caller(frame)
                if caller:
                    name, line = caller
                    here = f"  thread {task.letter}, line {at[0]}: {at[1]}"
                    there = f"  thread {task.letter}, line {line}: {self.search.lines[line - 1]}"
                    text = text.replace(here, f"{there}\n    runs {name}() of the check: {at[1]}")
        return text


class Exam(orders.Search):
    """A search that tells what it finds in the reader's words."""

    def __init__(
        self, folder: Path, exercise: Exercise, answer: str, name: str, before: int
    ) -> None:
        test = folder / f"test_{exercise.file}.py"
        super().__init__(test, name, most=exercise.switches, seconds=SECONDS)
        self.before, self.taken, self.late = before, 0, False
        self.guarded = exercise.guarded
        self.answer, self.file = answer, folder / f"{exercise.file}.py"
        self.lines = [line.strip() for line in self.file.read_text("utf-8-sig").splitlines()]
        self.unloaded = ""
        self.broken: orders.Order | None = None
        self.printed: list[str] = []

    def run(
        self,
        forced: tuple[int, ...],
        state: int | None = None,
        cost: int = 0,
        tell: bool = False,
    ) -> orders.Order:
        # One order of several has a preemption more than the others: two in turn have not.
        late, self.taken = min(self.taken, cost) > ENOUGH, cost
        if late != self.late:
            self.late, self.seconds = late, max(SOON, self.spent() + 1) if late else SECONDS
        self.current = Watched(self, forced, state, cost, tell)
        return self.current.run()

    def caller(self, frame: types.FrameType | None) -> tuple[str, int] | None:
        """Return the function of the check that the answer has called, and from which line."""
        name = ""
        while frame:
            file = frame.f_code.co_filename
            if file == str(self.file):
                return (name, frame.f_lineno) if name else None
            name = frame.f_code.co_name if file == str(self.path) else name
            frame = frame.f_back
        return None

    def load(self) -> Any:
        try:
            return super().load()
        except (Exception, SystemExit) as error:
            line, trace = max(1, len(self.lines)), error.__traceback__
            said = f"{type(error).__name__}: {error}"
            if isinstance(error, ImportError) and error.name == self.file.stem:
                said = f"it ends without {str(error).split(chr(39))[1]}, which the check calls"
            while trace:
                if trace.tb_frame.f_code.co_filename == str(self.file):
                    line = trace.tb_lineno
                trace = trace.tb_next
            self.unloaded = f"{self.answer}, line {line}: {said}"
            raise

    def watch(self) -> None:
        """Say how far it is, and end the process when an order does not end, as in a loop."""
        seen, since, busy = self.current, orders.real_clock(), time.process_time()
        while self.current:
            orders.real_sleep(0.1)
            if time.process_time() > SILENT:
                tell("trying", [f"{self.before + self.runs:,}"])
            if self.current is not seen:
                seen, since, busy = self.current, orders.real_clock(), time.process_time()
            elif seen and orders.real_clock() - since > PATIENCE * (
                1 if time.process_time() - busy > PATIENCE / 2 else 3  # the machine is busy
            ):
                place = self.place(sys._current_frames().get(seen.current.ident))
                tell("no verdict", [f"an order does not end, in {self.at(*place)}"])
                os._exit(0)

    def mine(self, line: int, source: str) -> bool:
        """Say whether a line is one of the answer, and not of the check."""
        return 0 < line <= len(self.lines) and self.lines[line - 1] == source

    def at(self, line: int, source: str) -> str:
        place = f"{self.answer}, line {line}" if self.mine(line, source) else "the check"
        return f"{place}: {source}"

    def verdict(self, order: orders.Order) -> orders.Verdict:
        before = sys.stdout.tell()
        verdict = super().verdict(order)
        self.broken = self.current  # it has run again, to be told
        sys.stdout.seek(before)
        self.printed = sys.stdout.read().splitlines()
        return verdict

    def told(self) -> list[str]:
        """Tell the order that breaks the answer."""
        assert self.broken
        lines = [*self.cause(str(self.broken.fault))]
        if steps := [*self.steps(self.broken.story)]:
            lines += ["", *steps]
        if self.printed:
            lines += ["", "In this order it prints:"]
            lines += [f"  {line}" for line in self.printed[:PRINTED]]
            lines += ["  ..."] * (len(self.printed) > PRINTED)
        return lines

    def cause(self, fault: str) -> Iterator[str]:
        said, *places = fault.splitlines()
        if found := re.match(r"(?:the test|thread \w+) raises AssertionError: (.*)", said):
            yield found[1]
            return
        yield named(said)
        told = False
        for line in places:
            if found := re.fullmatch(r" +(?:thread (\w+), )?line (\d+): (.*)", line):
                mine = self.mine(int(found[2]), found[3])
                told = mine or found[1] not in (None, "a")
                if told:
                    who = f"{called(found[1])} is at " if found[1] else ""
                    yield f"  {who}{self.at(int(found[2]), found[3])}"
            elif told:
                yield named(line)

    def steps(self, story: list[tuple[str, int, str, str]]) -> Iterator[str]:
        changed = {note.removeprefix("changes ") for *_, note in story}
        rows: list[tuple[str, str, str, list[str]]] = []
        for letter, line, source, note in story:
            place = f"line {line}" if self.mine(line, source) else "check"
            row = called(letter), place, source
            if not rows or rows[-1][:3] != row:
                rows.append((*row, []))
            if note and note not in rows[-1][3]:
                rows[-1][3].append(note)
        shown = [row for row in rows if plain(row[3], changed)]
        width = min(WIDTH, max((len(row[2]) for row in shown), default=0))
        for who, place, source, notes in shown:
            if len(source) > width:
                source = source[: width - 3] + "..."
            said = ", ".join(map(named, plain(notes, changed)))
            yield f"  {who:9} {place:8} {source:{width}}  # {said}"


def plain(notes: list[str], changed: set[str]) -> list[str]:
    """Leave out what makes no difference, and what happens inside of the library."""
    library = [note for note in notes if re.match(r"calls \w+\.\w", note)]
    kept = []
    for note in notes:
        verb, _, thing = note.partition(" ")
        inside = bool(library) or "._" in thing or thing.startswith(("a lock", "the lock made"))
        if verb == "reads":
            keep = thing in changed
        elif verb in ("takes", "releases"):
            keep = not inside
        else:
            keep = verb in ("changes", "starts", "has", "notifies") or note in library
        if keep:
            kept.append(note)
    return kept


def called(letter: str) -> str:
    return "main" if letter == "a" else f"thread {ord(letter) - 97}"


def named(text: str) -> str:
    """Call threads by number, as readers count them."""
    text = text.replace("waits for a notify", "waits to be woken")
    return re.sub(r"\bthread ([a-z])\b", lambda found: called(found[1]), text)


def tell(verdict: str, lines: list[str]) -> None:
    # In one write, as the thread that watches tells, too.
    os.write(1, f"{json.dumps([verdict, lines])}\n".encode())


def unload(*modules: str) -> None:
    for module in modules:
        sys.modules.pop(module, None)


def examine(exercise: Exercise, answer: Path) -> tuple[str, list[str]]:
    """Search all orders of an answer, in this process; return the verdict, and its reasons."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        test = HERE / "tests" / f"test_{exercise.file}.py"
        for source, target in (
            (answer, f"{exercise.file}.py"),
            (test, test.name),
            (HERE / "tests/together.py", "together.py"),
        ):
            (folder / target).write_bytes(source.read_bytes())
        runs, most = 0, None
        modules = "together", exercise.file, test.stem
        sys.path.insert(0, str(folder))
        shown = f"{answer.parent.name}/{answer.name}"
        try:
            for function in orders.tests_of(test):
                unload(*modules)  # or a lock of theirs may still be held
                exam = Exam(folder, exercise, shown, function, runs)
                verdict = exam.explore()
                if exam.unloaded:
                    return "no verdict", [exam.unloaded]
                if verdict.kind == "none":
                    return "no verdict", [named(verdict.text.partition(": ")[2])]
                if verdict.kind == "breaks":
                    return "fails", exam.told()
                runs += verdict.runs
                if found := re.search(r"at most (\d+) preemptions?", verdict.text):
                    most = min(int(found[1]), 99 if most is None else most)
        finally:
            sys.path.remove(str(folder))
            unload(*modules)
    bound = "" if most is None else f" with at most {most} preemption{'s' * (most != 1)}"
    bound = " without a preemption" if most == 0 else bound
    return "passes", [f"No order of the threads{bound} breaks it: {runs:,} runs."]


def judge(exercise: Exercise, *answers: Path) -> Iterator[tuple[str, list[str]]]:
    """Give a verdict on each answer; a process of their own keeps what they do from this one."""
    command = [sys.executable, str(HERE / "check.py"), "--judge", exercise.file]
    command += [str(answer) for answer in answers]
    left, shown = len(answers), Trying()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8"
    ) as judging:
        try:
            for line in judging.stdout or ():
                if found := TRYING.match(line):
                    shown.say(found[1])
                elif JUDGED.match(line):
                    left -= 1
                    shown.end()
                    verdict, lines = json.loads(line)
                    yield verdict, lines
        finally:
            judging.kill()
            shown.end()
    for _ in range(left):
        yield (
            "no verdict",
            [f"the check has ended before its time, with status {judging.returncode}"],
        )


class Trying:
    """Says how many orders were tried: again and again in one line of a terminal, else once."""

    def __init__(self) -> None:
        self.said, self.again = "", sys.stderr.isatty()

    def say(self, number: str) -> None:
        if self.again or not self.said:
            self.said = f"trying orders: {number} so far"
            print(
                f"\r{self.said}" if self.again else self.said,
                file=sys.stderr,
                flush=True,
                end="" if self.again else "\n",
            )

    def end(self) -> None:
        if self.again and self.said:
            print(f"\r{' ' * len(self.said)}\r", file=sys.stderr, flush=True, end="")
            self.said = ""


def unreadable(answer: Path) -> str:
    """Say why a file is no Python, with its line; "" if it is."""
    shown = f"{answer.parent.name}/{answer.name}"
    try:
        compile(answer.read_bytes(), shown, "exec")
    except SyntaxError as error:
        return f"{shown}, line {error.lineno or 1}: {error.msg}"
    except (OSError, ValueError) as error:
        return f"{shown}, line 1: {error}"
    return ""


def digest(answer: Path) -> str:
    return hashlib.sha256(answer.read_bytes()).hexdigest() if answer.is_file() else ""


class Progress:
    """How many hints were shown of each exercise, and which answers have passed."""

    def __init__(self) -> None:
        self.hints: dict[str, int] = {}
        self.solved: dict[str, str] = {}
        try:
            kept = json.loads(PROGRESS.read_text("utf-8"))
            self.hints = {name: int(number) for name, number in kept["hints"].items()}
            self.solved = {name: str(text) for name, text in kept["solved"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            pass  # there is none, or it was edited: it begins anew

    def keep(self) -> None:
        PROGRESS.write_text(json.dumps(vars(self), indent=1) + "\n", "utf-8")


def make_yours() -> None:
    """Copy each starter that the reader does not have, and write over nothing."""
    YOURS.mkdir(exist_ok=True)
    for exercise in EXERCISES:
        target = YOURS / f"{exercise.file}.py"
        if not target.exists():
            with target.open("xb") as new:
                new.write((HERE / "starters" / target.name).read_bytes())


def show_list(progress: Progress) -> int:
    solved = 0
    for number, exercise in enumerate(EXERCISES, 1):
        passed, now = progress.solved.get(exercise.file), digest(YOURS / f"{exercise.file}.py")
        solved += passed == now
        state = "" if not passed else "solved" if passed == now else "changed"
        print(f"{number:2}  {state:7}  {exercise.level:6}  {exercise.title}")
    print(f"\n{solved} of {len(EXERCISES)} solved. ", end="")
    print("Edit the files in yours/, then: python check.py NUMBER")
    return 0


def show_hint(number: int, exercise: Exercise, progress: Progress) -> int:
    total = len(exercise.hints)
    shown = progress.hints[exercise.file] = min(total, progress.hints.get(exercise.file, 0) + 1)
    progress.keep()
    print(f"Hint {shown} of {total}: {exercise.hints[shown - 1]}")
    if shown == total:
        print(f"It was the last one. To read: {exercises.SITE}{exercise.section}")
        print(f"An answer that passes: python check.py {number} --solution")
    return 0


def show_verdict(number: int, exercise: Exercise, progress: Progress) -> int:
    answer = YOURS / f"{exercise.file}.py"
    problem = unreadable(answer)
    verdict, lines = ("no verdict", [problem]) if problem else next(judge(exercise, answer))
    print(f"{number} {exercise.title}: {verdict}" + f": {lines[0]}" * (verdict != "passes"))
    for line in lines[verdict != "passes" :]:
        print(line)
    if verdict == "passes":
        progress.solved[exercise.file] = digest(answer)
        progress.keep()
    elif verdict == "fails":
        print(f"\nIt is yours/{answer.name}. One more hint: python check.py {number} --hint")
    return STATUS[verdict]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("number", nargs="?", help="of the exercise")
    parser.add_argument("--hint", action="store_true", help="one more hint")
    parser.add_argument("--solution", action="store_true", help="an answer that passes")
    options = parser.parse_args()
    progress = Progress()
    known = {str(number): exercise for number, exercise in enumerate(EXERCISES, 1)}
    try:
        make_yours()
        if options.number is None and not (options.hint or options.solution):
            return show_list(progress)
        if options.number not in known:
            said = options.number or "without a number"
            print(f"There is no exercise {said}: they are 1 to {len(known)}", file=sys.stderr)
            return 2
        number, exercise = int(options.number), known[options.number]
        if options.solution:
            print((HERE / "solutions" / f"{exercise.file}.py").read_text("utf-8"), end="")
            return 0
        show = show_hint if options.hint else show_verdict
        return show(number, exercise, progress)
    except OSError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("no verdict: interrupted", file=sys.stderr)
        return 2


def judge_here(file: str, *answers: str) -> None:
    orders.ENDLESS = 10**9  # watch() names the line
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who has started this process ends it
    exercise = next(exercise for exercise in EXERCISES if exercise.file == file)
    for answer in answers:
        tell(*examine(exercise, Path(answer)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--judge"]:
        judge_here(*sys.argv[2:])
        os._exit(0)  # threads of an answer may be anywhere
    sys.exit(main())
