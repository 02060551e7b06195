"""Trains the worker's model in PyTorch on request; of the ways that PyTorch has for it, the fastest on this machine is used."""

import os
import time

from pytorch_runtime import facts, read_checkpoint, serve, torch
from pytorch_transformer import Transformer

SECONDS_FOR_EACH_TRIAL = 2.0
SECONDS_FOR_EACH_TRIAL_ON_A_GPU = 0.5


class Training:
    def __init__(self, case, own_modules, optimiser, compiled):
        self.device = case.get("device", "cpu")
        self.precision = case.get("precision", "float32")
        self.model = Transformer(case["model"], case["length"], own_modules)
        self.model.load(read_checkpoint(case["checkpoint"]))
        self.model.to(self.device)
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=1e-3, **optimiser)
        shape = case["batchSize"], case["length"]
        ids = (torch.tensor(case[name], device=self.device).view(shape) for name in ("source", "targetIn", "targetOut"))
        self.source, self.target, labels = ids
        self.labels = labels.view(-1)

    def step(self):
        started = time.perf_counter()
        self.optimiser.zero_grad(set_to_none=True)
        if self.device != "cpu":
            torch.backends.cuda.matmul.allow_tf32 = self.precision == "tf32"
        with torch.autocast(self.device, torch.bfloat16, enabled=self.precision == "bfloat16"):
            logits = self.forward(self.source, self.target)
            loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), self.labels)
        loss.backward()
        self.optimiser.step()
        value = loss.item()
        return value, (time.perf_counter() - started) * 1e3

    def median_ms(self):
        """Median of as many steps as fit into a trial, after two to warm up."""
        seconds = SECONDS_FOR_EACH_TRIAL if self.device == "cpu" else SECONDS_FOR_EACH_TRIAL_ON_A_GPU
        times, end = [], time.perf_counter() + seconds
        while len(times) < 4 or time.perf_counter() < end:
            times.append(self.step()[1])
        return sorted(times[2:])[len(times[2:]) // 2]


def optimisers(device):
    """Adam as one loop over the parameters (never the fastest on a GPU), as a few operations over all of them, and as one kernel where this version has that."""
    if device == "cpu":
        yield {"foreach": False}
    yield {"foreach": True}
    try:
        torch.optim.Adam([torch.zeros(1, requires_grad=True)], fused=True).step()
        yield {"fused": True}
    except (RuntimeError, TypeError):
        pass


trainings = {}


def prepare(**case):
    """Tries the variants; keeps, each started from the checkpoint, the fastest of all and the fastest around torch's own nn.Transformer."""
    ways = list(optimisers(case.get("device", "cpu")))
    variants = [(own, optimiser, False) for own in (False, True) for optimiser in ways]
    if case["compile"]:
        variants.append((False, ways[-1], True))
    trials = {}
    for variant in variants:
        own, optimiser, compiled = variant
        name = ["nn.Transformer" if own else "packed projections", f"Adam {optimiser}", *(["torch.compile"] if compiled else [])]
        trials[", ".join(name)] = Training(case, *variant).median_ms(), variant
    fastest = min(trials, key=lambda name: trials[name][0])
    standard = min((name for name in trials if trials[name][1][0]), key=lambda name: trials[name][0])
    precision = case.get("precision", "float32")
    chosen = Training(case, *trials[fastest][1])
    trainings["fastest", precision] = chosen
    trainings["standard", precision] = chosen if standard == fastest else Training(case, *trials[standard][1])
    parameters = sum(parameter.numel() for parameter in chosen.model.parameters())
    trials_ms = {name: round(milliseconds, 2) for name, (milliseconds, _) in trials.items()}
    return {"fastest": fastest, "standard": standard, "trialsMs": trials_ms, "parameters": parameters}


def train(which, steps, precision="float32"):
    results = [trainings[which, precision].step() for _ in range(steps)]
    return {"losses": [loss for loss, _ in results], "stepMs": [duration for _, duration in results]}


# As many threads as the engine has: the number is given by the caller.
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
serve({"facts": facts, "prepare": prepare, "train": train})
