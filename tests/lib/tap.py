# The Test Anything Protocol for tests in Python: a function is a test.
# SPDX-License-Identifier: GPL-3.0-or-later
import time
import traceback


def tests_of(namespace):
    """The functions test_… of a module (its globals()), in the order of the file."""
    return [test for name, test in namespace.items() if name.startswith("test_")]


def skip(reason):
    """Skips all of it; returns the exit status."""
    print("1..0 # SKIP " + reason)
    return 0


def run(tests, wanted=(), call=None, mend=None, seed=None):
    """Runs TESTS, or those of them whose names without "test_" are WANTED, each by CALL (test) or without arguments. One that returns
    words was skipped for that reason. After one that failed MEND () sees to it that the next can run; SEED is told with it.
    Returns the exit status."""
    unknown = set(wanted) - {test.__name__[5:] for test in tests}
    assert not unknown, "no such test: %s" % ", ".join(sorted(unknown))
    tests = [test for test in tests if not wanted or test.__name__[5:] in wanted]
    failed = 0
    print("TAP version 14\n1..%d" % len(tests), flush=True)
    for number, test in enumerate(tests, 1):
        name = test.__name__[5:] + (": " + " ".join(test.__doc__.split()) if test.__doc__ else "")
        since = time.monotonic()
        try:
            skipped = call(test) if call else test()
            print("ok %d - %s%s" % (number, name, " # SKIP " + skipped if skipped else ""), flush=True)
        except Exception:
            failed = 1
            print("not ok %d - %s" % (number, name))
            comments = traceback.format_exc().splitlines() + (["seed %d" % seed] if seed is not None else [])
            print("".join("# %s\n" % line for line in comments), end="", flush=True)
            if mend:
                mend()
        print("# %.1f s" % (time.monotonic() - since), flush=True)
    return failed
