"""The exercises: what each asks, its hints, and how far its orders are searched."""

from dataclasses import dataclass

SITE = ""  # where the guide is, with a slash at the end, in a copy that was downloaded


@dataclass(frozen=True)
class Exercise:
    """One exercise; its file is FILE.py in starters, in yours and in solutions."""

    file: str
    title: str
    level: str
    teaches: str
    section: str  # of the guide
    hints: tuple[str, ...]
    switches: int | None = None  # preemptions to try at most; None: all orders
    guarded: bool = False  # a timeout of a second or more must not have to run out


EXERCISES = (
    Exercise(
        "ex01_counter",
        "Fix the counter",
        "easy",
        "`+=` is a read and a write, and a lock makes them one",
        "guide/locks/#counter",
        (
            "`self.value += 1` reads the value, adds one, and writes it back. What if another "
            "thread reads in between?",
            "A `threading.Lock` lets one thread at a time into a `with` block.",
            "Both threads need the same lock: make it where the counter is made.",
        ),
    ),
    Exercise(
        "ex02_join",
        "Wait for all threads",
        "easy",
        "each thread is joined, after all have been started",
        "guide/threading/#join",
        (
            "`join()` waits for one thread. Which one does the starter wait for?",
            "The last thread to start need not be the last to end.",
            "Joining in the loop that starts them would run one after another: use a second loop.",
        ),
        guarded=True,
    ),
    Exercise(
        "ex03_queue",
        "Bound the queue",
        "easy",
        "a full queue holds a fast producer up: backpressure",
        "guide/best-practices/#bound-everything",
        (
            "Nothing holds the reader up: all that there is to read ends up in the queue.",
            "A `Queue` can be made with a size.",
            "`put` waits by itself while the queue is full. No sleep and no check is needed.",
        ),
        switches=1,
        guarded=True,
    ),
    Exercise(
        "ex04_stop",
        "Stop the worker",
        "easy",
        "a worker that waits at a queue is woken through the queue",
        "recipes/stopping/#stop-a-thread-that-blocks-on-a-queue",
        (
            "Where is the worker when it has nothing to do? Does it look at the flag there?",
            "What would wake it is an item in the queue.",
            "Put something in that is no job, such as `None`. It comes behind all jobs.",
        ),
        switches=1,
    ),
    Exercise(
        "ex05_order",
        "Return results in order",
        "easy",
        "each thread writes to a place of its own",
        "guide/threading/#result",
        (
            "`append` puts a result behind those of the threads that were faster.",
            "The place of a result is known before its thread starts.",
            "Make the list as long as the items, and give each thread the index of its item.",
        ),
    ),
    Exercise(
        "ex06_deadlock",
        "Find the deadlock",
        "medium",
        "several locks are taken in one order everywhere",
        "guide/locks/#lock-order",
        (
            "Each of the two threads has one lock, and waits for the other's.",
            "It cannot happen if both begin with the same lock.",
            "Take the lock of the account with the smaller number first.",
        ),
    ),
    Exercise(
        "ex07_claim",
        "Check, then act",
        "medium",
        "the check and the act are one step, or the check is out of date",
        "guide/locks/#check-then-act",
        (
            "Both threads may look before either has written.",
            "A lock around the write alone comes too late.",
            "Look and write within one `with` block.",
        ),
    ),
    Exercise(
        "ex08_lazy",
        "Make it once",
        "medium",
        "lazy initialisation looks again once it has the lock",
        "recipes/sharing/#lazy-singleton",
        (
            "Both threads may find `None` before either has made the connection.",
            "With a lock around the making alone, the second thread makes another one.",
            "Look for `None` within the lock.",
        ),
    ),
    Exercise(
        "ex09_condition",
        "Wait in a loop",
        "medium",
        "who is woken by a condition looks again",
        "guide/locks/#condition-wait-until-something-is-so",
        (
            "Between `notify` and the end of `wait` another thread may take the lock.",
            "What was true when you were woken need not be true when you go on.",
            "`while` instead of `if`, or `wait_for`.",
        ),
        switches=1,
        guarded=True,
    ),
    Exercise(
        "ex10_cache",
        "Compute each key once",
        "medium",
        "a lock for each key, and nothing slow under the one that they share",
        "guide/locks/#program",
        (
            "One lock around all of it computes once, and lets a slow key hold up all others.",
            "Give each key a lock of its own.",
            "The dictionary of the locks is shared, too: a short lock, or `setdefault`, for it.",
            "A key that failed must be free for the next caller: `with` gives its lock back.",
        ),
        switches=1,
    ),
    Exercise(
        "ex11_permits",
        "The permit that leaks",
        "medium",
        "what is acquired is released however the block ends, and once",
        "guide/locks/#semaphore-limit-concurrency",
        (
            "Which lines run when the function raises?",
            "A permit that is never given back is one call less, for ever.",
            "A semaphore can stand in a `with` statement.",
        ),
        switches=1,
    ),
    Exercise(
        "ex12_pipeline",
        "Lose nothing at the end",
        "hard",
        "a stage ends when all that feed it have ended",
        "recipes/producers/#pipeline-of-stages",
        (
            "Who puts `None` into `to_write`, and how often?",
            "The first parser to end says so while the other one may still have a number.",
            "Count them: go on until as many have ended as there are.",
        ),
        switches=1,
    ),
    Exercise(
        "ex13_readers",
        "Readers and writers",
        "hard",
        "a condition guards who is inside, and whoever leaves wakes the others",
        "guide/locks/#read-write-lock",
        (
            "A plain lock lets one in. Count the readers instead.",
            "Keep the count and a flag for the writer under one `Condition`.",
            "A writer waits, in a loop, while there is a reader or a writer.",
            "Who leaves calls `notify_all`: it cannot know whom it lets in.",
        ),
        switches=1,
    ),
    Exercise(
        "ex14_retry",
        "Tell the error",
        "hard",
        "an exception in a worker is kept, and raised where its result is asked for",
        "recipes/producers/#retry-with-backoff-in-a-pool",
        (
            "When all attempts have failed, where has the error gone?",
            "An exception that is raised in a thread is raised in no other.",
            "Keep it in the task, and raise it in `result()`. An attempt that succeeds forgets it.",
        ),
        switches=1,
    ),
    Exercise(
        "ex15_pool",
        "A pool that waits for itself",
        "hard",
        "a task never waits for a task of its own pool",
        "guide/pools/#deadlock",
        (
            "With one worker: who runs the parts while that worker waits for them?",
            "A larger pool only needs more documents to hang.",
            "Submit the parts from the caller, who is no worker, and add up there.",
        ),
        switches=1,
    ),
    Exercise(
        "ex16_event",
        "The bell that nobody heard",
        "hard",
        "an event is cleared before the look, never after it",
        "guide/locks/#lost-wake-up",
        (
            "What if a letter comes after the look at the letters, and before `clear`?",
            "`clear` then wipes out the ring for a letter that is there.",
            "Clear first, then look, then wait: a ring after the look stays.",
        ),
        switches=1,
    ),
    Exercise(
        "ex17_port",
        "Without the GIL",
        "hard",
        "numbers that belong together change and are read under one lock",
        "guide/concurrency/#expect",
        (
            "Each `+=` can lose an update; on the default build luck hides it.",
            "The three numbers are one record: whoever reads between two writes sees half of it.",
            "One lock, for `record` and for `snapshot`.",
        ),
    ),
)
