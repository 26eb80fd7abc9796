# %% [markdown]
# # Free Threading: What Scales and What Does Not

# %%
from statistics import median

import figures
import measuring

runs = measuring.measured("measured/free_threading.py")
free = [name for name, run in runs.items() if run["free_threaded"]]
shown = free[-1] if free else list(runs)[-1]


def gains(run, kind):
    """Return {threads: [steps a second, relative to the median on one thread]}."""
    rows = {r["threads"]: r["steps_a_second"] for r in run["measurements"] if r["kind"] == kind}
    return {threads: [v / median(rows[1]) for v in values] for threads, values in rows.items()}


kinds = list(dict.fromkeys(row["kind"] for row in runs[shown]["measurements"]))
at_two, at_four = ({kind: gains(runs[shown], kind)[n] for kind in kinds} for n in (2, 4))
figures.say(
    (f"On {shown}" if free else f"No free-threaded build was found; on {shown}")
    + f" two threads do **{figures.times(at_two['private data'])}** the work of one on private data, and "
    f"**{figures.times(at_two['one shared lock'])}** on one shared lock: what threads share decides."
)

# %%
figures.lines(
    {kind: gains(runs[shown], kind) for kind in kinds},
    x="threads",
    y="work done, one thread = 1",
    cores=runs[shown]["cores"],
    says=f"On {shown} four threads do {figures.times(at_four['private data'])} the work of one on private data, on a "
    f"machine of {runs[shown]['cores']} cores, and {figures.times(at_four['one shared lock'])} behind one lock.",
    alt=f"Work done against threads on {shown}, one thread being 1. "
    + ". ".join(
        f"{kind}: "
        + ", ".join(f"{median(v):.1f} on {n}" for n, v in gains(runs[shown], kind).items())
        for kind in kinds
    ),
)

# %% [markdown]
# Each thread does the same amount of work, so ideal is as many times the work of one thread as there are threads, up to
# the dashed line, the number of cores. Medians of the repetitions; the lines at each point are their range.

# %%
figures.about(runs)

# %% [markdown]
# ## Two threads, on every build
#
# Work done by two threads, relative to one. On default builds the GIL decides for all four.

# %%
figures.table(
    ["build", *kinds],
    [
        [name, *(f"{median(gains(run, kind)[2]):.1f}" for kind in kinds)]
        for name, run in runs.items()
    ],
)

# %% [markdown]
# - **Private data** and **a counter for each thread** scale with the cores. A lock that no other thread wants costs little.
# - **One shared dict** is protected by a [lock of its own](https://docs.python.org/3/library/threadsafety.html)
#   in the free-threaded build. Threads that write to it take turns.
# - **One shared lock** lets one thread in at a time, by design. Keep what it guards short, or
#   give each thread its own part and add the parts up.
#
# ## What one thread pays
#
# The same single-threaded work on every build, relative to the newest default build: above 1 is slower.

# %%
default = [name for name in runs if name not in free][-1]
work = list(runs[default]["one_thread_seconds"])


def alone(name, what):
    return median(runs[name]["one_thread_seconds"][what])


figures.table(
    ["build", *work],
    [
        [name, *(f"{alone(name, what) / alone(default, what):.2f}" for what in work)]
        for name in runs
    ],
)

# %% [markdown]
# Builds differ in more than the GIL: compiler options and the version count too. Compare a free-threaded build with
# the default build of its own version. That of 3.13 is experimental and pays most; CPython's documentation
# [says what later ones pay](https://docs.python.org/3/howto/free-threading-python.html#single-threaded-performance).
#
# ## Run it on your machine

# %%
figures.program("measured/free_threading.py")

# %% [markdown]
# ## Where to go next
#
# - [Concurrency vs. Parallelism](../guide/concurrency.md) says what free threading is.
# - [Which Python Do I Have?](../reference/which-python.md) tells whether yours is free-threaded.
