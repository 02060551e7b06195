"""Writes statistics.json: McNemar, drift, percentiles and a naive bootstrap, by SciPy, NumPy and scikit-learn 1.2.

Run with a Python that has scikit-learn 1.2 (Debian 12: python3-sklearn): python3 make_statistics.py
"""
import json
import pathlib
import warnings

import numpy as np
from scipy import stats
from scipy.spatial import distance
from sklearn import metrics

from make_classification import calibration_error, generated

warnings.filterwarnings("ignore")
MASK = 2**32 - 1


def signed(value):
    return (value & MASK) - 2**32 if value & 2**31 else value & MASK


class Sfc32:
    """Chris Doty-Humphrey's sfc32 (PractRand), seeded as the TypeScript does."""

    def __init__(self, seed):
        self.a, self.b, self.c, self.counter = seed & MASK, (seed // 2**32) & MASK, 0x9E3779B9, 1
        for _ in range(12):
            self.next()

    def next(self):
        total = (self.a + self.b + self.counter) & MASK
        self.counter = (self.counter + 1) & MASK
        self.a = self.b ^ (self.b >> 9)
        self.b = (self.c + (self.c << 3)) & MASK
        self.c = (((self.c << 21) | (self.c >> 11)) + total) & MASK
        return total / 2**32


def drift(name, reference, current):
    reference, current = np.array(reference, dtype=float), np.array(current, dtype=float)
    edges = np.unique(np.quantile(reference, np.arange(1, 10) / 10))
    r = np.bincount(np.searchsorted(edges, reference, side="left"), minlength=len(edges) + 1)
    c = np.bincount(np.searchsorted(edges, current, side="left"), minlength=len(edges) + 1)
    shares_r, shares_c = r / r.sum(), c / c.sum()
    floor_r, floor_c = np.maximum(shares_r, 1e-4), np.maximum(shares_c, 1e-4)
    return {
        "name": name,
        "reference": reference.tolist(),
        "current": current.tolist(),
        "edges": edges.tolist(),
        "psi": float(((floor_c - floor_r) * np.log(floor_c / floor_r)).sum()),
        "jensenShannon": float(distance.jensenshannon(shares_r, shares_c, base=2) ** 2),
    }


def statistics(probabilities, targets):
    items, classes = probabilities.shape
    predictions, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    correct = (predictions == targets).astype(int)
    indicator = (targets[:, None] == np.arange(classes)).astype(int)
    both = [c for c in range(classes) if 0 < indicator[:, c].sum() < items]
    present = [c for c in range(classes) if indicator[:, c].sum() > 0]
    areas = [metrics.roc_auc_score(indicator[:, c], probabilities[:, c]) for c in both]
    return {
        "loss": -np.log(probabilities[np.arange(items), targets]).mean(),
        "accuracy": metrics.accuracy_score(targets, predictions),
        "precisionMacro": metrics.precision_score(targets, predictions, average="macro", zero_division=0),
        "f1Macro": metrics.f1_score(targets, predictions, average="macro", zero_division=0),
        "f1Weighted": metrics.f1_score(targets, predictions, average="weighted", zero_division=0),
        "calibrationError": calibration_error(confidence, correct),
        "aucMicro": metrics.roc_auc_score(indicator.ravel(), probabilities.ravel()),
        "aucMacro": np.mean(areas),
        "aucWeighted": np.average(areas, weights=[indicator[:, c].sum() for c in both]),
        "aucConfidence": metrics.roc_auc_score(correct, confidence),
        "averagePrecisionMicro": metrics.average_precision_score(indicator.ravel(), probabilities.ravel()),
        "averagePrecisionMacro": np.mean([metrics.average_precision_score(indicator[:, c], probabilities[:, c]) for c in present]),
    }


def bootstrap(seed, items, classes, group_size, resamples, bootstrap_seed):
    """Repeats the rows of each drawn group and computes everything anew."""
    probabilities, targets = generated(seed, items, classes)
    probabilities = probabilities.astype(np.float64)
    groups = np.arange(items) // group_size
    count = groups.max() + 1
    random = Sfc32(bootstrap_seed)
    values = []
    for _ in range(resamples):
        drawn = np.bincount([int(random.next() * count) for _ in range(count)], minlength=count)
        rows = np.repeat(np.arange(items), drawn[groups])
        values.append(statistics(probabilities[rows], targets[rows]))
    intervals = {name: np.percentile([value[name] for value in values], [2.5, 97.5]).tolist() for name in values[0]}
    return {
        "seed": seed,
        "items": items,
        "classCount": classes,
        "groupSize": group_size,
        "resamples": resamples,
        "bootstrapSeed": bootstrap_seed,
        "intervals": intervals,
    }


rng = np.random.default_rng(4)
result = {
    "mcnemar": [
        {"onlyFirst": b, "onlySecond": c, "pValue": float(stats.binomtest(b, b + c, 0.5).pvalue) if b + c else 1.0}
        for b, c in [(0, 0), (0, 1), (1, 1), (0, 6), (2, 9), (10, 10), (37, 61), (700, 802), (2500, 2400)]
    ],
    "drift": [
        drift("same window", list(range(40)), list(range(40))),
        drift("shifted", rng.normal(0, 1, 120).round(4), rng.normal(0.7, 1, 90).round(4)),
        drift("few distinct values", rng.integers(0, 3, 50), rng.integers(1, 5, 50)),
        drift("nothing in common", [1, 2, 3, 4] * 5, [10, 11, 12] * 5),
    ],
    "latency": [
        {"timesMs": times, "percentiles": np.percentile(times, [50, 95, 99]).tolist()}
        for times in ([12.5], [3, 1], rng.gamma(2, 40, 150).round(3).tolist())
    ],
    "bootstrap": [bootstrap(7, 60, 6, 4, 60, 99), bootstrap(11, 90, 9, 1, 80, 2**40 + 5)],
}
target = pathlib.Path(__file__).with_name("statistics.json")
target.write_text(json.dumps(result, separators=(",", ":")) + "\n", encoding="utf-8")
