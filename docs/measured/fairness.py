# %% [markdown]
# # How Long a Thread Waits for the GIL

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/fairness.py")
newest = [name for name, run in runs.items() if not run["free_threaded"]][-1]
free = [name for name, run in runs.items() if run["free_threaded"]]


def late(run, who, busy, interval=0):
    """Return the seconds by which wake-ups came late; interval 0 is CPython's own."""
    rows = [r for r in run["measurements"] if (r["who"], r["busy"]) == (who, busy)]
    return (min if interval else max)(rows, key=lambda row: row["interval"])["late"]


alone, beside_one = (median(late(runs[newest], "thread", busy)) for busy in (0, 1))
figures.say(
    f"Beside one thread that computes, a thread that wakes up on {newest} runs **{figures.amount(beside_one)}** later"
    f" than it asked, instead of {figures.amount(median(late(runs[newest], 'thread', 0)))} on a quiet process"
    + (
        f"; on {free[-1]} it is {figures.amount(median(late(runs[free[-1]], 'thread', 1)))}."
        if free
        else "."
    )
)

# %%
situations = {
    "thread, nothing beside it": ("thread", 0),
    "thread beside 1 busy thread": ("thread", 1),
    "thread beside 2 busy threads": ("thread", 2),
    "event loop, nothing beside it": ("event loop", 0),
    "event loop beside 1 busy thread": ("event loop", 1),
}
figures.bars(
    {label: late(runs[newest], *which) for label, which in situations.items()},
    says=f"One thread that computes makes a wake-up {beside_one / alone:.0f} times as late as on a quiet process, "
    f"a second one {median(late(runs[newest], 'thread', 2)) / alone:.0f} times.",
    unit="s",
    log=True,
    alt=f"How late a wake-up comes on {newest}. "
    + ", ".join(
        f"{label}: {figures.amount(median(late(runs[newest], *which)))}"
        for label, which in situations.items()
    ),
)

# %% [markdown]
# A thread, or an event loop, sleeps for a moment again and again. A bar is the median of how much later than asked it
# runs again; the thin line reaches from the earliest to the latest. The scale is logarithmic.

# %%
figures.about(runs)

# %% [markdown]
# ## Every build

# %%
figures.table(
    ["median (range)", *runs],
    [
        [label, *(figures.spread(late(run, *which)) for run in runs.values())]
        for label, which in situations.items()
    ],
)

# %% [markdown]
# A thread that wants the GIL waits one
# [switch interval](https://docs.python.org/3/library/sys.html#sys.setswitchinterval), then asks the running thread to give
# it up. With several busy threads it may have to wait more than once: who gets the GIL next is the operating
# system's choice. An event loop is a thread like any other, so each of its steps waits the same, and so does
# the thread of a user interface.
#
# ## A shorter switch interval
#
# The same beside one busy thread, with a shorter interval (`SHORT` in the program). The thread that computes is interrupted more often in return.

# %%
figures.table(
    ["median (range)", *runs],
    [
        [who, *(figures.spread(late(run, who, 1, interval=1)) for run in runs.values())]
        for who in ("thread", "event loop")
    ],
)

# %% [markdown]
# ## Run it on your machine

# %%
figures.program("measured/fairness.py")

# %% [markdown]
# ## Where to go next
#
# - [When to Use Multithreading](../guide/when-to-use.md): work that computes goes to processes, away from the event loop.
# - [Where the interpreter switches](lost_updates.py).
