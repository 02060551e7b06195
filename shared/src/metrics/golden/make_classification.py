"""Writes classification.json: what scikit-learn 1.2 says about small and large classification problems.

Run with a Python that has scikit-learn 1.2 (Debian 12: python3-sklearn): python3 make_classification.py
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics

warnings.filterwarnings("ignore")


class Generator:
    """A 32-bit linear congruential generator (Numerical Recipes), repeated in the TypeScript test."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state >> 16


def generated(seed, items, classes):
    """Distributions and targets that both languages make alike: integers below 2^48, one division, one rounding to float32."""
    generator = Generator(seed)
    probabilities = np.zeros((items, classes), dtype=np.float32)
    targets = []
    for item in range(items):
        weights = [(generator.next() % 997 + 1) ** 3 for _ in range(classes)]
        target = generator.next() % classes
        if generator.next() % 4 > 0:
            target = target % 7
            weights[target] += sum(weights) // (1 + generator.next() % 9)
        whole = sum(weights)
        probabilities[item] = [np.float32(weight / whole) for weight in weights]
        targets.append(target)
    return probabilities, np.array(targets)


def macro_curve(probabilities, indicator, classes):
    """The recipe of scikit-learn's multi-class ROC example."""
    curves = [metrics.roc_curve(indicator[:, c], probabilities[:, c])[:2] for c in classes]
    grid = np.unique(np.concatenate([curve[0] for curve in curves]))
    mean = sum(np.interp(grid, *curve) for curve in curves) / len(curves)
    return grid, mean


def calibration_error(confidence, correct):
    """Guo et al. 2017, equation 3, with 15 bins (low, high]."""
    bins = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
    error = 0.0
    for b in range(15):
        inside = bins == b
        if inside.any():
            error += inside.mean() * abs(correct[inside].mean() - confidence[inside].mean())
    return error


def expected(probabilities, targets, curves):
    items, classes = probabilities.shape
    probabilities = probabilities.astype(np.float64)
    predictions = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    correct = (predictions == targets).astype(int)
    indicator = np.zeros((items, classes), dtype=int)
    indicator[np.arange(items), targets] = 1
    both = [c for c in range(classes) if 0 < indicator[:, c].sum() < items]
    present = [c for c in range(classes) if indicator[:, c].sum() > 0]
    result = {
        "loss": float(-np.log(probabilities[np.arange(items), targets]).mean()),
        "accuracy": metrics.accuracy_score(targets, predictions),
        "calibrationError": calibration_error(confidence, correct),
    }
    # Ties count for the lower class, as in argmax; scikit-learn's top_k_accuracy_score breaks them the other way.
    order = np.argsort(-probabilities, axis=1, kind="stable")[:, :5]
    result["accuracyTop5"] = float((order == targets[:, None]).any(axis=1).mean())
    for average in ("micro", "macro", "weighted"):
        scores = metrics.precision_recall_fscore_support(targets, predictions, average=average, zero_division=0)
        for name, score in zip(("precision", "recall", "f1"), scores):
            result[name + average.capitalize()] = float(score)
    result["aucMicro"] = metrics.roc_auc_score(indicator.ravel(), probabilities.ravel())
    result["averagePrecisionMicro"] = metrics.average_precision_score(indicator.ravel(), probabilities.ravel())
    if both:
        areas = [metrics.roc_auc_score(indicator[:, c], probabilities[:, c]) for c in both]
        prevalence = [indicator[:, c].sum() for c in both]
        result["aucMacro"] = float(np.mean(areas))
        result["aucWeighted"] = float(np.average(areas, weights=prevalence))
    result["averagePrecisionMacro"] = float(
        np.mean([metrics.average_precision_score(indicator[:, c], probabilities[:, c]) for c in present])
    )
    if 0 < correct.sum() < items:
        result["aucConfidence"] = metrics.roc_auc_score(correct, confidence)
    if curves:
        result["confusion"] = metrics.confusion_matrix(targets, predictions, labels=range(classes)).tolist()
        micro = metrics.roc_curve(indicator.ravel(), probabilities.ravel())
        full = metrics.roc_curve(indicator.ravel(), probabilities.ravel(), drop_intermediate=False)
        precision_recall = metrics.precision_recall_curve(indicator.ravel(), probabilities.ravel())
        result["rocMicro"] = [values.tolist() for values in micro]
        result["rocMicroFull"] = [values.tolist() for values in full]
        result["precisionRecallMicro"] = [values.tolist() for values in precision_recall]
        if both:
            result["rocMacro"] = [values.tolist() for values in macro_curve(probabilities, indicator, both)]
    return result


def written(name, rows, targets):
    probabilities = np.array(rows, dtype=np.float32)
    return {
        "name": name,
        "classCount": probabilities.shape[1],
        "probabilities": [float(value) for value in np.array(rows).ravel()],
        "targets": list(targets),
        "expected": expected(probabilities, np.array(targets), curves=True),
    }


def from_generator(name, seed, items, classes, curves=False):
    probabilities, targets = generated(seed, items, classes)
    return {
        "name": name,
        "generated": {"seed": seed, "items": items},
        "classCount": classes,
        "expected": expected(probabilities, targets, curves),
    }


def binary(name, scores, positives):
    """One binary problem for the curve functions alone."""
    full = metrics.roc_curve(positives, scores, drop_intermediate=False)
    return {
        "name": name,
        "scores": scores,
        "positives": positives,
        "auc": metrics.roc_auc_score(positives, scores),
        "averagePrecision": metrics.average_precision_score(positives, scores),
        "roc": [values.tolist() for values in metrics.roc_curve(positives, scores)],
        "rocFull": [values.tolist() for values in full],
        "precisionRecall": [values.tolist() for values in metrics.precision_recall_curve(positives, scores)],
    }


def main():
    problems = [
        written("a single item", [[0.25, 0.5, 0.25]], [0]),
        written("two classes", [[0.9, 0.1], [0.4, 0.6], [0.35, 0.65], [0.8, 0.2], [0.45, 0.55]], [0, 1, 0, 1, 1]),
        written(
            "ties within rows and columns",
            [[0.25, 0.25, 0.25, 0.25], [0.5, 0.25, 0.25, 0.0], [0.25, 0.5, 0.25, 0.0], [0.25, 0.25, 0.5, 0.0], [0.5, 0.5, 0.0, 0.0], [0.0, 0.0, 0.5, 0.5]],
            [3, 0, 0, 2, 1, 3],
        ),
        written(
            "a class that is never true and one that is only predicted",
            [[0.1, 0.7, 0.2, 0.0], [0.6, 0.3, 0.1, 0.0], [0.2, 0.1, 0.7, 0.0], [0.3, 0.4, 0.3, 0.0], [0.5, 0.25, 0.25, 0.0]],
            [0, 0, 2, 2, 0],
        ),
        written("every item of one class, all found", [[0.7, 0.2, 0.1], [0.6, 0.3, 0.1], [0.8, 0.1, 0.1]], [0, 0, 0]),
        written("every item of one class, one found", [[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.1, 0.1, 0.8]], [0, 0, 0]),
        written("certain and wrong, certain and right", [[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0], [0.125, 0.75, 0.125]], [0, 1, 2, 2]),
        from_generator("12 classes, 60 items, with curves", 7, 60, 12, curves=True),
        from_generator("300 classes, 400 items", 11, 400, 300),
        from_generator("2,000 classes, 500 items", 13, 500, 2_000),
    ]

    rng = np.random.default_rng(3)
    binaries = [
        binary("two of each", [0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]),
        binary("all tied", [0.5, 0.5, 0.5], [0, 1, 0]),
        binary("perfect", [0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0]),
        binary("inverted", [0.1, 0.2, 0.8, 0.9], [1, 1, 0, 0]),
        binary("negative and large scores", [-5.0, 1000.0, 3.5, -5.0, 0.0, 3.5], [0, 1, 1, 1, 0, 0]),
        binary("many ties", (rng.integers(0, 12, 80) / 12).round(6).tolist(), rng.integers(0, 2, 80).tolist()),
        binary("few positives", rng.random(120).round(6).tolist(), (rng.random(120) < 0.08).astype(int).tolist()),
        binary("few negatives", rng.random(90).round(6).tolist(), (rng.random(90) < 0.93).astype(int).tolist()),
    ]

    target = pathlib.Path(__file__).with_name("classification.json")
    target.write_text(json.dumps({"problems": problems, "binaries": binaries}, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
