"""Recomputes the numbers of an evaluation from its predictions with scikit-learn and prints them as JSON.

Usage: python3 check_predictions.py predictions.npz
"""

import json
import sys

import numpy
from sklearn.metrics import accuracy_score, average_precision_score, f1_score, roc_auc_score

file = numpy.load(sys.argv[1])
probabilities = file["probabilities"]
targets = file["targets"]
predictions = probabilities.argmax(axis=1)
one_hot = numpy.eye(len(file["classes"]), dtype=bool)[targets]
present = [c for c in range(probabilities.shape[1]) if one_hot[:, c].any() and not one_hot[:, c].all()]
chosen = probabilities[numpy.arange(len(targets)), targets].astype(numpy.float64)
print(
    json.dumps(
        {
            "items": int(len(targets)),
            "sentences": int(len(numpy.unique(file["sentences"]))),
            "classes": [str(name) for name in file["classes"]],
            "metrics": {
                "loss": float(-numpy.log(chosen).mean()),
                "accuracy": float(accuracy_score(targets, predictions)),
                "f1-micro": float(f1_score(targets, predictions, average="micro", zero_division=0)),
                "f1-macro": float(f1_score(targets, predictions, average="macro", zero_division=0)),
                "f1-weighted": float(f1_score(targets, predictions, average="weighted", zero_division=0)),
                "auc-micro": float(roc_auc_score(one_hot.ravel(), probabilities.ravel())),
                "auc-macro": float(numpy.mean([roc_auc_score(one_hot[:, c], probabilities[:, c]) for c in present])),
                "average-precision-micro": float(average_precision_score(one_hot.ravel(), probabilities.ravel())),
            },
        }
    )
)
