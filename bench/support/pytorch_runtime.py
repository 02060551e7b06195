"""What every PyTorch measurement needs: a fair set-up, checkpoints, and requests as lines of JSON."""

import ctypes
import json
import os
import sys

from pytorch_kernels import choose_kernels

KERNELS = choose_kernels()

try:
    import torch
except ImportError:
    sys.exit(
        "PyTorch is missing. On Debian: apt-get install python3-torch libopenblas0-openmp; "
        "or name a Python that has it: PYTHON=/path/to/python npm run bench -- training"
    )


def loaded_blas():
    """Name of the BLAS that PyTorch calls; exits when it is OpenBLAS's pthread build."""
    if torch.backends.mkl.is_available():
        return "MKL"
    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps if ".so" in line}
    blas = [file for file in files if os.path.basename(file).startswith(("libblas", "libopenblas"))]
    blas = [file for file in blas if "numpy" not in file and "scipy" not in file]
    for file in blas:
        library = ctypes.CDLL(file)
        if hasattr(library, "openblas_get_parallel") and library.openblas_get_parallel() == 1:
            sys.exit(
                f"PyTorch uses the pthread build of OpenBLAS ({file}), which fights PyTorch's own threads and would make the comparison "
                "unfair. On Debian: apt-get install libopenblas0-openmp"
            )
    return ", ".join(sorted(blas)) or "unknown"


def facts():
    """Version, threads, BLAS and its kernels, for the result."""
    return {"version": torch.__version__, "threads": torch.get_num_threads(), "blas": loaded_blas(), "kernels": KERNELS}


def read_checkpoint(path):
    """Parameters of a checkpoint by name; the file is in the safetensors format."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    tensors = {}
    for name, entry in header.items():
        if not name.startswith("parameter."):
            continue
        begin, end = entry["data_offsets"]
        values = torch.frombuffer(content, dtype=torch.float32, offset=start + begin, count=(end - begin) // 4)
        tensors[name.removeprefix("parameter.")] = values.reshape(entry["shape"]).clone()
    return tensors


def serve(handlers):
    """Answers requests {"call": name, ...} until standard input ends."""
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps(handlers[request.pop("call")](**request)), flush=True)
