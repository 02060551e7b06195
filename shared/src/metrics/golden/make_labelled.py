"""Writes labelled.json: multi-label and regression problems and their numbers by scikit-learn 1.2.

Run with a Python that has scikit-learn 1.2 (Debian 12: python3-sklearn): python3 make_labelled.py
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")


def multi_label(name, probabilities, truth):
    said = (probabilities > 0.5).astype(int)
    both = [label for label in range(truth.shape[1]) if 0 < truth[:, label].sum() < len(truth)]
    some = [label for label in range(truth.shape[1]) if truth[:, label].sum() > 0]
    right, wrong = np.log(np.maximum(probabilities, 1.2e-38)), np.log1p(-np.minimum(probabilities, 1 - 2**-24))
    values = {
        "loss": float(-(truth * right + (1 - truth) * wrong).mean()),
        "subset-accuracy": metrics.accuracy_score(truth, said),
        "hamming-loss": metrics.hamming_loss(truth, said),
        "auc-micro": metrics.roc_auc_score(truth.ravel(), probabilities.ravel()),
        "auc-macro": float(np.mean([metrics.roc_auc_score(truth[:, c], probabilities[:, c]) for c in both])),
        "average-precision-micro": metrics.average_precision_score(truth.ravel(), probabilities.ravel()),
        "average-precision-macro": float(
            np.mean([metrics.average_precision_score(truth[:, c], probabilities[:, c]) for c in some])
        ),
        "f1-weighted": metrics.f1_score(truth, said, average="weighted", zero_division=0),
    }
    for average in ("micro", "macro"):
        values[f"precision-{average}"] = metrics.precision_score(truth, said, average=average, zero_division=0)
        values[f"recall-{average}"] = metrics.recall_score(truth, said, average=average, zero_division=0)
        values[f"f1-{average}"] = metrics.f1_score(truth, said, average=average, zero_division=0)
    return {"name": name, "items": len(truth), "labels": truth.shape[1],
            "probabilities": probabilities.ravel().tolist(), "truth": truth.ravel().tolist(), "values": values}


def regression(name, predictions, targets):
    return {"name": name, "predictions": predictions.tolist(), "targets": targets.tolist(), "values": {
        "mean-squared-error": metrics.mean_squared_error(targets, predictions),
        "mean-absolute-error": metrics.mean_absolute_error(targets, predictions),
        "r-squared": metrics.r2_score(targets, predictions),
    }}


random = np.random.default_rng(618)
truth = (random.random((60, 4)) < [0.5, 0.2, 0.9, 0.05]).astype(int)
noisy = np.clip(truth * 0.35 + random.random((60, 4)) * 0.65, 0, 1)
tied = np.round(noisy, 1)
one_sided = truth.copy()
one_sided[:, 2], one_sided[:, 3] = 1, 0
targets = random.normal(3, 2, 80)
result = {
    "multiLabel": [
        multi_label("noisy", noisy, truth),
        multi_label("ties", tied, truth),
        multi_label("labels with one outcome", noisy, one_sided),
        multi_label("nothing said", noisy * 0.4, truth),
    ],
    "regression": [
        regression("noisy", targets + random.normal(0, 1, 80), targets),
        regression("worse than the mean", -targets, targets),
    ],
}
pathlib.Path(__file__).with_name("labelled.json").write_text(json.dumps(result, separators=(",", ":")) + "\n")
