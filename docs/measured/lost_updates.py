# %% [markdown]
# # Where the Interpreter Switches: Lost Updates, Measured

# %%
import figures
import measuring

runs = measuring.measured("measured/lost_updates.py")
usual, short = dict.fromkeys(row["interval"] for row in next(iter(runs.values()))["measurements"])


def worst(run, interval):
    """Return {way to write the update: most updates lost in a repetition}."""
    return {r["way"]: max(r["lost"]) for r in run["measurements"] if r["interval"] == interval}


def cells(interval):
    ways = worst(next(iter(runs.values())), interval)
    return [
        [f"`{way}`", *(f"{worst(run, interval)[way]:,}" for run in runs.values())] for way in ways
    ]


updates = next(iter(runs.values()))["updates"]
plain = {name: worst(run, usual)["c += 1"] for name, run in runs.items()}
free = [name for name, run in runs.items() if run["free_threaded"]]
default = [lost for name, lost in plain.items() if name not in free]
with_call = [worst(run, usual)["c = ident(c) + 1"] for run in runs.values()]
figures.say(
    f"`c += 1` loses **{max(default):,}** of {updates:,} updates on the default builds"
    + "".join(f" and **{plain[name]:,}** on {name}" for name in free)
    + "; with a call between the load and the store, "
    + (
        "every build"
        if all(with_call)
        else f"{sum(map(bool, with_call))} builds of {len(with_call)}"
    )
    + " lost some."
)

# %%
figures.bars(
    {
        f"{name}, {way}": [worst(run, usual)[way]]
        for way in ("c += 1", "c = ident(c) + 1")
        for name, run in runs.items()
    },
    says=f"Without a call, {sum(map(bool, default))} of {len(default)} default builds lose updates and "
    f"{sum(bool(plain[name]) for name in free)} of {len(free)} free-threaded; with a call, "
    f"{sum(map(bool, with_call))} of {len(with_call)} builds.",
    unit="",
    digits=0,
    alt=f"Updates lost of {updates:,}. "
    + ". ".join(
        f"{way}: "
        + ", ".join(f"{worst(run, usual)[way]:,} on {name}" for name, run in runs.items())
        for way in ("c += 1", "c = ident(c) + 1")
    ),
)

# %% [markdown]
# Threads update one value without a lock. Each cell below is the worst of the repetitions. Which cells are zero does
# not change from run to run; how much the others lose does.

# %%
figures.about(runs)

# %% [markdown]
# ## Six ways to write an update

# %%
figures.table(["in the loop", *runs], cells(usual))

# %% [markdown]
# A default build [hands over the GIL](../guide/concurrency.md#switch-points) at a jump backwards and at a call, and nowhere between the load and the store
# of the first three. That is a property of today's evaluation loop, not a promise: the language
# [does not make `+=` atomic](https://docs.python.org/3/glossary.html#term-atomic-operation). The last three have a call
# inside, and lose updates. The free-threaded build has no GIL to hand over: threads run at the same time, and all six lose.
#
# ## What the switch interval does, and what it does not do
#
# [`sys.setswitchinterval()`](https://docs.python.org/3/library/sys.html#sys.setswitchinterval) sets after how long a waiting thread asks
# for the GIL. The same loops with a far shorter interval:

# %%
figures.table([f"{figures.amount(short)} instead of {figures.amount(usual)}", *runs], cells(short))

# %% [markdown]
# A short interval makes switches more frequent where there is a place to switch. Where there is none, the count stays
# at zero: a tiny interval does not expose the race in `c += 1`.
#
# ## Run it on your machine

# %%
figures.program("measured/lost_updates.py")

# %% [markdown]
# ## Where to go next
#
# - [Synchronization with Locks](../guide/locks.md) makes the update safe.
