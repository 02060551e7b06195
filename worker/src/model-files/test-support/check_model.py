# Passes every model file named on the command line through ONNX's own checker and prints what it states, as JSON.
import json
import sys

import onnx

answers = []
for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    model = onnx.load(path, load_external_data=False)
    # Loads every weight from where the file says that it lies.
    whole = onnx.load(path)
    answers.append(
        {
            "opset": [[entry.domain, entry.version] for entry in model.opset_import],
            "irVersion": model.ir_version,
            "metadata": {entry.key: entry.value for entry in model.metadata_props},
            "external": sorted({entry.value for tensor in model.graph.initializer for entry in tensor.external_data if entry.key == "location"}),
            "weightBytes": {tensor.name: len(tensor.raw_data) for tensor in whole.graph.initializer},
        }
    )
print(json.dumps(answers))
