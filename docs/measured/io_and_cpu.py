# %% [markdown]
# # I/O-Bound and CPU-Bound Work, Measured
#
# The guide says: threads speed up work that waits, and on the default build they do not speed
# up work that computes; processes do. This page measures it at every build of the site, on the
# interpreter and the machine that it names first.

# %%
from statistics import median

import figures

run = figures.measured("measured/io_and_cpu.py")
print(f"CPython {run['python']}, {run['build']}, {run['cores']} cores")
print(f"{run['workers']} tasks on {run['workers']} workers")
print(f"medians of {run['repetitions']} repetitions")
print(f"measured {run['measured_at']}")

# %% [markdown]
# ## I/O-bound work: the waits overlap
#
# Each task waits, as for an answer over the network. A bar is the speed-up over running the
# tasks one after another; the thin line reaches from the slowest repetition to the fastest.


# %%
def speed_ups(work):
    """Return the median speed-up of each way over the sequential run, and its spread."""
    seconds = run["seconds"][work]
    base = median(seconds["sequential"])
    medians = {way: base / median(times) for way, times in seconds.items()}
    spread = {way: (base / max(times), base / min(times)) for way, times in seconds.items()}
    return medians, spread


def plot(work):
    medians, spread = speed_ups(work)
    words = ", ".join(f"{way} {value:.1f} times" for way, value in medians.items())
    return figures.bars(medians, spread, unit="×", alt=f"Speed-up of {work} work: {words}.")


plot("I/O-bound")

# %% [markdown]
# ## CPU-bound work: the GIL holds threads to one core
#
# Each task adds integers in pure Python. On the default build one thread runs at a time,
# whatever the number of cores. Each process has a GIL of its own.

# %%
plot("CPU-bound")

# %% [markdown]
# ## Run it on your machine
#
# The figures come from this program and nothing else. It needs the standard library only.

# %%
figures.program("measured/io_and_cpu.py")

# %% [markdown]
# ## Where to go next
#
# - [When to Use Multithreading](../guide/when-to-use.md) turns these figures into a decision.
# - [Concurrency vs. Parallelism](../guide/concurrency.md) says what the GIL is.
