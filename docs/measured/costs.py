# %% [markdown]
# # What Threads, Locks, Queues and Processes Cost

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/costs.py")
newest = [name for name, run in runs.items() if not run["free_threaded"]][-1]
costs = runs[newest]["seconds"]


def cost(what):
    return figures.amount(median(costs[what]))


def ratio(what, other):
    return f"{median(costs[what]) / median(costs[other]):.0f} times"


figures.say(
    f"On {newest} a free lock costs **{cost('take a free Lock')}**, a task in a running pool "
    f"**{cost('submit to a pool, get the result')}**, a new thread **{cost('start and join a thread')}**, and a new "
    f"process **{cost('start and join a process')}**."
)

# %%
figures.bars(
    costs,
    says="A new process costs "
    f"{ratio('start and join a process', 'start and join a thread')} as much as a new thread, and that "
    f"{ratio('start and join a thread', 'submit to a pool, get the result')} as much as a task in a running pool.",
    unit="s",
    log=True,
    alt=f"Time of one action on {newest}. "
    + ", ".join(f"{name}: {figures.amount(median(values))}" for name, values in costs.items()),
)

# %% [markdown]
# The scale is logarithmic. A bar is the median of the repetitions, the
# thin line their range.

# %%
figures.about(runs)

# %% [markdown]
# ## Every build
#
# A process starts by the method that is the default of its build; 3.14 changed it on Linux from `fork`
# to [`forkserver`](https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods). The four threads
# that want one lock seldom meet at it on a default build, because one of them runs at a time; without the GIL they do.

# %%
actions = list(dict.fromkeys(name for run in runs.values() for name in run["seconds"]))
rows = [
    [
        name,
        *(
            figures.amount(median(run["seconds"][name])) if name in run["seconds"] else "–"
            for run in runs.values()
        ),
    ]
    for name in actions
]
rows.append(["start method of processes", *(run["start_method"] for run in runs.values())])
figures.table(["one action", *runs], rows)

# %% [markdown]
# ## The memory of an idle thread
#
# "A thread costs 8 MB" is its reserved address space. What counts against the machine's memory is what is resident:

# %%
figures.table(
    ["build", "resident", "address space"],
    [
        [name, *(figures.amount(size, "B") for size in run["idle_thread_bytes"] or [])]
        for name, run in runs.items()
        if run["idle_thread_bytes"]
    ],
)

# %% [markdown]
# The address space is reserved by the C library for the stack and, on glibc, for the thread's own heap;
# pages of it become memory when they are first touched. [`threading.stack_size()`](https://docs.python.org/3/library/threading.html#threading.stack_size) sets the stack's part.
#
# ## Run it on your machine

# %%
figures.program("measured/costs.py")

# %% [markdown]
# ## Where to go next
#
# - [Key Considerations](../guide/considerations.md) says when the cost of a thread matters.
# - [High-Level Thread Pools](../guide/pools.md) pays it once.
