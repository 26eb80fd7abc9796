# %% [markdown]
# # Measure Your Own Function

# %%
from statistics import median

import figures
import measuring

FUNCTIONS = {
    "samples:wait": "waits for 10 ms",
    "samples:compute": "adds integers in Python",
    "samples:digest": "computes SHA-256 in C",
}
runs = {
    function: measuring.measured("measured/measure_yours.py", "--json", "--verdict", function)
    for function in FUNCTIONS
}
builds = list(runs["samples:compute"])
newest = [name for name in builds if not runs["samples:compute"][name]["free_threaded"]][-1]
scaled = {
    function: measuring.measured("measured/measure_yours.py", "--json", function, on=newest)
    for function in FUNCTIONS
}

figures.say(
    "One command tells whether threads speed up a function of yours. Of three samples on "
    f"{newest}, "
    + "; ".join(
        f"the one that {does}: **{runs[function][newest]['verdict']}**"
        for function, does in FUNCTIONS.items()
    )
    + "."
)


# %%
def threads(function):
    found = scaled[function][newest]["speed_ups"]["threads"]
    return {int(workers): values for workers, values in found.items()}


most = max(threads("samples:wait"))

figures.lines(
    {does: threads(function) for function, does in FUNCTIONS.items()},
    x="threads",
    y="speed-up",
    says=f"As fast on {most} threads as on one: "
    + ", ".join(
        f"what {does}, {figures.times(threads(function)[most])}"
        for function, does in FUNCTIONS.items()
    )
    + ".",
    ideal=True,
    cores=runs["samples:compute"][newest]["cores"],
    alt=f"Speed-up against threads on {newest}. "
    + ". ".join(
        f"{does}: " + ", ".join(f"{median(v):.1f} on {n}" for n, v in threads(function).items())
        for function, does in FUNCTIONS.items()
    ),
)

# %%
rounds = {
    name: run | {"repetitions": len(run["pairs"])} for name, run in runs["samples:compute"].items()
}
figures.about(rounds)

# %% [markdown]
# ## Run it on a function of yours
#
# Save the program below. Name a function without arguments, in a file of the working directory or in anything that
# can be imported:
#
# ```console
# $ python measure_yours.py mymodule:my_function
# ```
#
# It calls the function on one thread and on two, in turn, then on 1, 2, 4 and 8 threads and processes, and prints a
# verdict, the reason and a plot; with `--verdict`, the first two alone. Where it cannot measure, it ends with one line that says why: no such function,
# arguments needed, a coroutine or generator function, an exception, `sys.exit`, a call that takes too long, a process with one core.
# A call that does not return by a deadline ends it, too, with the line at which each thread stands. Ctrl-C ends it at any time.
#
# ## What the verdicts mean
#
# - **waits**: most of a call is waiting, and the waits overlap. Use a thread pool.
# - **scales**: a call computes, and threads compute side by side: in C code that releases the GIL, as `hashlib`
#   [does for large data](https://docs.python.org/3/library/hashlib.html), or on the free-threaded build.
# - **held by the GIL**: a call computes, one thread at a time. A lock of the function's own looks the same. Use processes, subinterpreters or the free-threaded build.
# - **held by something shared**: more threads bring nothing though there is no GIL, or though a call only waits. Look for a
#   lock, a connection or an object that all calls share.
#
# - **too noisy to tell**: other programs had the cores, or the rounds of the measurement contradict each other. Run it again when the machine is idle.
#
# ## Why other programs do not decide the verdict
#
# On a busy machine two threads get more of the cores than one, so plain times make a function that holds the GIL look
# faster on threads. The program therefore asks Linux how long each thread
# [was ready and waited for a core](https://docs.kernel.org/scheduler/sched-stats.html), and leaves that out. "Scales" counts
# only rounds in which both threads had a core; threads that take turns on one cannot get in each other's way. A control, `hashlib` on data of its own,
# runs beside the function: where it does not scale, nothing that computes gets a verdict. Without that count, on macOS and Windows, the control
# and the spread of the rounds are all there is, and a busy machine gives "too noisy to tell" more often.
#
# ## Every build

# %%
figures.table(
    ["function", *builds],
    [
        [does, *(runs[function][build]["verdict"] for build in builds)]
        for function, does in FUNCTIONS.items()
    ],
)

# %% [markdown]
# ## The program

# %%
figures.program("measured/measure_yours.py")

# %% [markdown]
# The samples:

# %%
figures.program("measured/samples.py")

# %% [markdown]
# ## Where to go next
#
# - [When to Use Multithreading](../guide/when-to-use.md) says what to do with a verdict.
# - [I/O-bound and CPU-bound work](io_and_cpu.py) has the figures of each way to run tasks.
