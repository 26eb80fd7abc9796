# %% [markdown]
# # How Many Threads? Pool Size, Measured

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/pool_size.py")


def points(run, kind, what):
    return {row["size"]: row[what] for row in run["measurements"] if row["kind"] == kind}


def knee(run, kind):
    """Return the smallest size within a tenth of the best throughput."""
    throughput = {size: median(v) for size, v in points(run, kind, "throughput").items()}
    return next(size for size, v in throughput.items() if v >= 0.9 * max(throughput.values()))


kinds = list(dict.fromkeys(row["kind"] for row in next(iter(runs.values()))["measurements"]))
*waits, mixed = kinds
newest = [name for name, run in runs.items() if not run["free_threaded"]][-1]
figures.say(
    f"On {newest}, the smallest pool whose throughput is within 10 % of the best has "
    f"**{knee(runs[newest], 'waits 10 ms')}** threads for tasks that wait 10 ms, and "
    f"**{knee(runs[newest], mixed)}** for tasks that also compute. Pools of up to "
    f"{max(points(runs[newest], mixed, 'throughput'))} threads were tried."
)

# %%
relative = {
    kind: {
        size: [value / median(points(runs[newest], kind, "throughput")[8]) for value in values]
        for size, values in points(runs[newest], kind, "throughput").items()
    }
    for kind in kinds
}
largest = max(points(runs[newest], mixed, "throughput"))


def gained(kind):
    return relative[kind][largest]


figures.lines(
    relative,
    says=f"From 8 threads to {largest}, tasks that wait for 100 ms get {figures.times(gained('waits 100 ms'))} as much "
    f"done, and those that also compute {figures.times(gained(mixed))}.",
    x="threads in the pool",
    y="throughput, 8 threads = 1",
    alt=f"Throughput against pool size on {newest}, 8 threads being 1. "
    + ". ".join(
        f"A task that {kind}: "
        + ", ".join(f"{median(v):.2f} at {size}" for size, v in line.items())
        for kind, line in relative.items()
    ),
)

# %% [markdown]
# All tasks are submitted at once to a pool of each size. The curves of work that waits rise until each task has a thread
# of its own. The curve of mixed work bends where the computing part keeps the GIL, or the cores, busy: that bend
# is the knee, and more threads than that add memory and switches, no throughput.

# %%
figures.about(runs)

# %% [markdown]
# ## Where the knee is on each build
#
# The smallest pool within a tenth of the best throughput.

# %%
figures.table(
    ["build", *kinds], [[name, *(knee(run, kind) for kind in kinds)] for name, run in runs.items()]
)

# %% [markdown]
# ## How long a task waits for a thread
#
# The other side of throughput: the median time between `submit` and the first line of the task.

# %%
waited = {kind: points(runs[newest], kind, "waited") for kind in kinds}
short = waited["waits 10 ms"]
figures.lines(
    {
        kind: {size: [1000 * v for v in values] for size, values in line.items()}
        for kind, line in waited.items()
    },
    says=f"A task that waits for 10 ms is kept waiting by {figures.amount(median(short[min(short)]))} in a pool of one "
    f"thread, and by {figures.amount(median(short[largest]))} where each task has a thread.",
    x="threads in the pool",
    y="milliseconds",
    log_y=True,
    alt=f"Milliseconds that a task waits for a thread, against pool size on {newest}. "
    + ". ".join(
        f"A task that {kind}: "
        + ", ".join(f"{1000 * median(v):.1f} at {size}" for size, v in line.items())
        for kind, line in waited.items()
    ),
)

# %% [markdown]
# ## Find your own knee
#
# Replace `mixed` in this program by what your tasks do, run it, and take the smallest pool after which the
# throughput no longer rises. A service on the other side may have a limit of its own; that one comes first.

# %%
figures.program("measured/pool_size.py")

# %% [markdown]
# ## Where to go next
#
# - [High-Level Thread Pools](../guide/pools.md) says what the default size is, and why.
# - [Backpressure](backpressure.py) measures what waits in front of a pool.
