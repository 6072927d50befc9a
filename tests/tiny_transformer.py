"""A transformer in ONNX form, small enough to be made in a test: real files for the real runtime."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

WORDS = {"[UNK]": (0.0, 2.0, 0.0), "essai": (0.0, 2.0, 0.0), "panne": (9.0, 0.0, 0.0), "merci": (0.0, 0.0, 9.0)}
"""What it knows: the logits of negative, neutral and positive of each word."""


def write_transformer(
    folder: Path,
    labels: Sequence[str] = ("negative", "neutral", "positive"),
    table: Sequence[Sequence[float]] = tuple(WORDS.values()),
    asks: Sequence[str] = ("input_ids", "attention_mask"),
    type_of_ids: int = TensorProto.INT64,
) -> Path:
    """Writes a model that takes the mean of its words' logits, with its tokenizer and names; returns `folder`."""
    folder.mkdir(exist_ok=True)
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
        helper.make_node("ReduceMean", ["rows"], ["logits"], axes=[1], keepdims=0),
    ]
    inputs = [helper.make_tensor_value_info(name, type_of_ids, ["batch", "pieces"]) for name in asks]
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, None)
    weights = numpy_helper.from_array(np.array(table, np.float32), "table")
    graph = helper.make_graph(nodes, "tiny", inputs, [output], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (folder / "model.onnx").write_bytes(model.SerializeToString())
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "config.json").write_text(json.dumps({"id2label": dict(enumerate(labels))}), "utf-8")
    return folder
