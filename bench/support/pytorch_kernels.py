"""
Which kernels OpenBLAS computes with. A library older than the processor takes it for an unknown one and falls back to those of 2004, which made
PyTorch 3 to 5 times slower than it is: the kinds are tried, each in a process of its own, because the choice is made when the library is loaded.
"""

import os
import subprocess
import sys

CHOICE = "OPENBLAS_CORETYPE"
KINDS = ("Haswell", "SkylakeX", "Cooperlake")
# Products of this many rows and columns, enough for both cores; the best of some is least disturbed.
TRIAL = """
import time, torch
if torch.backends.mkl.is_available():
    print(0)
    raise SystemExit
a = torch.rand(1024, 1024)
times = []
for _ in range(12):
    started = time.perf_counter()
    a @ a
    times.append(time.perf_counter() - started)
print(2 * 1024**3 / min(times) / 1e9)
"""
# The library's own choice stays unless another is clearly faster.
CLEARLY_FASTER = 1.1


def gflops(kind):
    """Speed of products with kernels of a kind, or with those that the library chooses itself; 0 where this processor does not have them."""
    environment = {name: value for name, value in os.environ.items() if name != CHOICE}
    if kind is not None:
        environment[CHOICE] = kind
    trial = subprocess.run([sys.executable, "-c", TRIAL], env=environment, capture_output=True, text=True, check=False)
    return float(trial.stdout) if trial.returncode == 0 else 0.0


def choose_kernels():
    """Sets what the library reads when it is loaded, so call it before PyTorch is imported; says what was measured, or None where nothing was to choose."""
    if CHOICE in os.environ:
        return {"kind": os.environ[CHOICE], "gflops": None}
    own = gflops(None)
    if own == 0:
        return None
    speeds = {kind: gflops(kind) for kind in KINDS}
    fastest = max(speeds, key=lambda kind: speeds[kind])
    chosen = fastest if speeds[fastest] > CLEARLY_FASTER * own else None
    if chosen is not None:
        os.environ[CHOICE] = chosen
    measured = {"chosen by the library": own, **speeds}
    return {"kind": chosen or "chosen by the library", "gflops": {name: round(speed) for name, speed in measured.items()}}
