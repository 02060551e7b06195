"""Trains the worker's model in PyTorch on request; of the ways that PyTorch has for it, the fastest on this machine is used."""

import os
import time

from pytorch_runtime import facts, read_checkpoint, serve, torch
from pytorch_transformer import Transformer

SECONDS_FOR_EACH_TRIAL = 2.0


class Training:
    def __init__(self, case, own_modules, optimiser, compiled):
        self.model = Transformer(case["model"], case["length"], own_modules)
        self.model.load(read_checkpoint(case["checkpoint"]))
        self.forward = torch.compile(self.model) if compiled else self.model
        self.optimiser = torch.optim.Adam(self.model.parameters(), lr=1e-3, **optimiser)
        shape = case["batchSize"], case["length"]
        self.source, self.target, labels = (torch.tensor(case[name]).view(shape) for name in ("source", "targetIn", "targetOut"))
        self.labels = labels.view(-1)

    def step(self):
        started = time.perf_counter()
        self.optimiser.zero_grad(set_to_none=True)
        logits = self.forward(self.source, self.target)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), self.labels)
        loss.backward()
        self.optimiser.step()
        value = loss.item()
        return value, (time.perf_counter() - started) * 1e3

    def median_ms(self):
        """Median of as many steps as fit into a trial, after two to warm up."""
        times, end = [], time.perf_counter() + SECONDS_FOR_EACH_TRIAL
        while len(times) < 4 or time.perf_counter() < end:
            times.append(self.step()[1])
        return sorted(times[2:])[len(times[2:]) // 2]


def optimisers():
    """Adam as one loop over the parameters, as a few operations over all of them, and as one kernel where this version has that."""
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
    variants = [(own, optimiser, False) for own in (False, True) for optimiser in optimisers()]
    if case["compile"]:
        variants.append((False, list(optimisers())[-1], True))
    trials = {}
    for variant in variants:
        own, optimiser, compiled = variant
        name = ["nn.Transformer" if own else "packed projections", f"Adam {optimiser}", *(["torch.compile"] if compiled else [])]
        trials[", ".join(name)] = Training(case, *variant).median_ms(), variant
    fastest = min(trials, key=lambda name: trials[name][0])
    standard = min((name for name in trials if trials[name][1][0]), key=lambda name: trials[name][0])
    trainings["fastest"] = Training(case, *trials[fastest][1])
    trainings["standard"] = trainings["fastest"] if standard == fastest else Training(case, *trials[standard][1])
    parameters = sum(parameter.numel() for parameter in trainings["fastest"].model.parameters())
    trials_ms = {name: round(milliseconds, 2) for name, (milliseconds, _) in trials.items()}
    return {"fastest": fastest, "standard": standard, "trialsMs": trials_ms, "parameters": parameters}


def train(which, steps):
    results = [trainings[which].step() for _ in range(steps)]
    return {"losses": [loss for loss, _ in results], "stepMs": [duration for _, duration in results]}


# As many threads as the engine has: the number is given by the caller.
torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
serve({"facts": facts, "prepare": prepare, "train": train})
