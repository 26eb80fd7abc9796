# %% [markdown]
# # I/O-Bound and CPU-Bound Work, Measured

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/io_and_cpu.py")


def speed_ups(run, work, way):
    """Return {workers: [speed-up in each repetition]} over one task after another in the same."""
    rows = {
        (row["way"], row["workers"]): row["seconds"]
        for row in run["measurements"]
        if row["work"] == work
    }
    alone = rows["one after another", 1]
    return {
        workers: [one / seconds for one, seconds in zip(alone, taken, strict=True)]
        for (name, workers), taken in rows.items()
        if name == way
    }


def best(run):
    return max(speed_ups(run, "CPU-bound", "threads").values(), key=median)


newest = list(runs)[-1] if not runs[list(runs)[-1]]["free_threaded"] else list(runs)[-2]
with_gil, without = (
    [ratio for run in runs.values() if run["free_threaded"] == free for ratio in best(run)]
    for free in (False, True)
)
waiting = [r for run in runs.values() for r in speed_ups(run, "I/O-bound", "threads")[8]]
figures.say(
    f"Eight threads do work that waits **{figures.times(waiting)}** as fast as one. Work that "
    f"computes they do {figures.times(with_gil)} as fast on default builds, whatever the "
    "number of threads"
    + (
        f", and at best **{figures.times(without)}** as fast on the free-threaded build."
        if without
        else "."
    )
)

# %%
at_two = {name: speed_ups(run, "CPU-bound", "threads")[2] for name, run in runs.items()}
gil_at_two, free_at_two = (
    [r for name, run in runs.items() if run["free_threaded"] == free for r in at_two[name]]
    for free in (False, True)
)
figures.bars(
    at_two,
    says=f"Two threads that compute are {figures.times(gil_at_two)} as fast as one after another on default builds"
    + (f", and {figures.times(free_at_two)} on the free-threaded build." if free_at_two else "."),
    cores=max(run["cores"] for run in runs.values()),
    unit="×",
    alt="Speed-up of CPU-bound work on two threads. "
    + ", ".join(f"{name}: {median(values):.1f} times" for name, values in at_two.items()),
)

# %% [markdown]
# The bars are the speed-up of CPU-bound work on two threads over one task after another, the median on
# each build; the thin lines reach from the slowest repetition to the fastest. Every figure on this page is
# computed from one run on this machine:

# %%
figures.about(runs)

# %% [markdown]
# ## I/O-bound work: the waits overlap
#
# The tasks wait, as for an answer over the network. A thread that waits has released the GIL, so each way to
# run the tasks at the same time comes close to the ideal, on every build.


# %%
def plot(work):
    run = runs[newest]
    ways = list(dict.fromkeys(row["way"] for row in run["measurements"] if row["work"] == work))
    series = {way: speed_ups(run, work, way) for way in ways if way != "one after another"}
    most = {way: max((median(v), n) for n, v in points.items()) for way, points in series.items()}
    words = ", ".join(f"{way} {value:.1f} times on {n} workers" for way, (value, n) in most.items())
    waits = work == "I/O-bound"
    (value, n), way = max((top, way) for way, top in most.items())
    return figures.lines(
        series,
        x="workers",
        y="speed-up",
        says=f"At best {value:.1f} times as fast, by {way} on {n} workers; "
        + ("waits overlap." if waits else f"the machine has {run['cores']} cores."),
        ideal=waits,
        cores=None if waits else run["cores"],
        alt=f"Speed-up of {work} work against workers on {newest}. At best: {words}.",
    )


plot("I/O-bound")


# %%
def every_build(work, workers):
    ways = ["threads", "processes", "subinterpreters", "asyncio"]
    rows = []
    for name, run in runs.items():
        found = [speed_ups(run, work, way).get(workers) for way in ways]
        rows.append([name, *(f"{median(values):.1f}" if values else "–" for values in found)])
    return figures.table([f"{workers} workers", *ways], rows)


every_build("I/O-bound", 8)

# %% [markdown]
# ## CPU-bound work: the GIL holds threads to one core
#
# The tasks add integers in pure Python. On a default build one thread at a time runs Python code. Each process
# and each subinterpreter has a GIL of its own, and the free-threaded build has none. No way goes beyond the
# number of cores.

# %%
plot("CPU-bound")

# %%
every_build("CPU-bound", 2)

# %% [markdown]
# A dash stands where a build has no such way: `InterpreterPoolExecutor` came with 3.14, and asyncio runs on one thread.
#
# ## Run it on your machine
#
# The figures come from this program and nothing else. It needs the standard library only.

# %%
figures.program("measured/io_and_cpu.py")

# %% [markdown]
# ## Where to go next
#
# - [When to Use Multithreading](../guide/when-to-use.md) turns these figures into a decision.
# - [Measure your own](measure_yours.py) does the same with a function of yours.
# - [Concurrency vs. Parallelism](../guide/concurrency.md) says what the GIL is.
