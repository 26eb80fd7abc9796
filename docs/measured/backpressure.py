# %% [markdown]
# # Backpressure: What a Pool Holds in Memory

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/backpressure.py")
newest = [name for name, run in runs.items() if not run["free_threaded"]][-1]
found = runs[newest]["measurements"]
ways = list(dict.fromkeys(way for run in runs.values() for way in run["measurements"]))
limited = max(median(found[way]["bytes"]) for way in found if way != "map")

figures.say(
    f"`map` takes all {runs[newest]['total']:,} items from its generator at once and holds "
    f"**{figures.amount(median(found['map']['bytes']), 'B')}**; with a limit a pool holds at most "
    f"**{figures.amount(limited, 'B')}**."
)

# %%
figures.bars(
    {way: [size / 1e6 for size in values["bytes"]] for way, values in found.items()},
    says=f"On {newest}, map without a limit peaks at "
    f"{median(found['map']['bytes']) / limited:.0f} times the memory of any way with one.",
    unit=" MB",
    digits=2,
    alt=f"Peak memory on {newest}. "
    + ", ".join(f"{way}: {figures.amount(median(v['bytes']), 'B')}" for way, v in found.items()),
)

# %%
figures.text(
    f"A generator yields items of {figures.amount(runs[newest]['size'], 'B')}, and "
    f"{runs[newest]['workers']} workers take their length."
)

# %% [markdown]
# A bar is the peak of the memory that Python allocated meanwhile, as
# [`tracemalloc`](https://docs.python.org/3/library/tracemalloc.html) counts it.

# %%
figures.about(runs)

# %% [markdown]
# ## Every build: items in flight, and memory
#
# The most items that had left the generator and had not been consumed, and the peak in bytes. Both are medians.


# %%
def cell(run, way):
    if way not in run["measurements"]:
        return "–"
    values = run["measurements"][way]
    return f"{median(values['items']):,.0f} items, {figures.amount(median(values['bytes']), 'B')}"


figures.table(["way", *runs], [[way, *(cell(run, way) for run in runs.values())] for way in ways])

# %% [markdown]
# - [`Executor.map`](https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.map) collects the whole
#   iterable before it returns, unless `buffersize` (3.14) says how far ahead it may be.
# - A semaphore that is taken before `submit` and released when the task is done works on every version.
# - A bounded queue does the same for workers that outlive a batch: `put` waits while the queue is full.
#
# ## Run it on your machine

# %%
figures.program("measured/backpressure.py")

# %% [markdown]
# ## Where to go next
#
# - [High-Level Thread Pools](../guide/pools.md) explains `map` and `submit`.
# - [How many threads?](pool_size.py)
