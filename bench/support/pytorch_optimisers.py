"""Trains the worker's model in PyTorch with torch.optim and its schedulers, from the worker's own first weights and on its batches."""

import math

from pytorch_runtime import facts, read_checkpoint, serve, torch
from pytorch_transformer import Transformer

OPTIMISERS = {
    "sgd": lambda parameters, **options: torch.optim.SGD(parameters, **options),
    "momentum": lambda parameters, **options: torch.optim.SGD(parameters, momentum=0.9, **options),
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
}


def scheduler(optimiser, schedule, warmup, total):
    """The usual chain: LinearLR to the full rate, then what falls from it; a step's rate is the one after so many scheduler steps."""
    schedulers = torch.optim.lr_scheduler
    falling = total - warmup + 1
    if schedule == "constant":
        after = schedulers.ConstantLR(optimiser, factor=1.0)
    elif schedule == "linear":
        after = schedulers.LinearLR(optimiser, start_factor=1.0, end_factor=0.0, total_iters=falling)
    else:
        after = schedulers.CosineAnnealingLR(optimiser, T_max=falling)
    if warmup == 0:
        return after
    rising = schedulers.LambdaLR(optimiser, lambda step: min(1.0, step / warmup))
    return schedulers.SequentialLR(optimiser, [rising, after], milestones=[warmup])


def train(case):
    model = Transformer(case["model"], case["length"], case["ownModules"]).double() if case["double"] else Transformer(case["model"], case["length"], case["ownModules"])
    model.load(read_checkpoint(case["checkpoint"]))
    settings = case["optimiser"]
    optimiser = OPTIMISERS[settings["optimiser"]](model.parameters(), lr=settings["learningRate"], weight_decay=settings["weightDecay"])
    rate = scheduler(optimiser, settings["schedule"], settings["warmupSteps"], settings["totalSteps"])
    losses, norms, rates = [], [], []
    for batches in case["steps"]:
        # The engine counts steps from 1.
        rate.step()
        optimiser.zero_grad(set_to_none=True)
        targets = sum(len(batch["targetOut"]) for batch in batches)
        reported = 0.0
        for batch in batches:
            shape = batch["batchSize"], case["length"]
            source, target, labels = (torch.tensor(batch[name]).view(shape) for name in ("source", "targetIn", "targetOut"))
            logits = model(source, target).flatten(0, 1)
            cross_entropy = torch.nn.functional.cross_entropy
            smoothed = cross_entropy(logits, labels.view(-1), reduction="sum", label_smoothing=settings["labelSmoothing"]) / targets
            smoothed.backward()
            reported += cross_entropy(logits.detach(), labels.view(-1), reduction="sum").item() / targets
        limit = settings["clipNorm"]
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), math.inf if limit is None else limit)
        if settings["l1"] > 0:
            for parameter in model.parameters():
                parameter.grad.add_(parameter.detach().sign(), alpha=settings["l1"])
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        losses.append(reported)
        norms.append(norm.item())
    return {"losses": losses, "gradientNorms": norms, "learningRates": rates}


serve({"facts": facts, "train": lambda **case: train(case)})
