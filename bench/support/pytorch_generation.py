"""Writes text with the worker's encoder–decoder in PyTorch, greedily and with a cache, on request; of two ways to keep the cache the faster is used."""

import os
import time

from pytorch_runtime import facts, read_checkpoint, serve, torch
from pytorch_transformer import Transformer

BEGIN, END = 1, 2
# Padding, begin and unknown are never written.
HIDDEN = [0, 1, 3]


def attend(queries, keys, values, mask=None):
    """[B, h, T, k] each."""
    scores = torch.matmul(queries * (queries.shape[-1] ** -0.5), keys.transpose(-2, -1))
    if mask is not None:
        scores = scores + mask
    return torch.matmul(torch.softmax(scores, dim=-1), values)


class GrowingCache:
    """Keys and values that are joined with the new token's, as most PyTorch code does it."""

    def __init__(self, keys, values, room):
        self.keys, self.values = keys, values

    def add(self, keys, values):
        self.keys, self.values = torch.cat([self.keys, keys], 2), torch.cat([self.values, values], 2)
        return self.keys, self.values


class ReservedCache:
    """Keys and values in arrays with room for all tokens, written in place."""

    def __init__(self, keys, values, room):
        batch, heads, self.length, width = keys.shape
        self.arrays = [torch.empty(batch, heads, self.length + room, width) for _ in range(2)]
        for array, past in zip(self.arrays, (keys, values)):
            array[:, :, : self.length] = past

    def add(self, keys, values):
        for array, new in zip(self.arrays, (keys, values)):
            array[:, :, self.length : self.length + 1] = new
        self.length += 1
        return [array[:, :, : self.length] for array in self.arrays]


class Writer:
    def __init__(self, model, cache):
        self.model, self.cache = model, cache

    def heads(self, x, attention):
        return x.unflatten(-1, (attention.heads, -1)).transpose(1, 2)

    def decoder(self, y, mask, layer_states):
        """One pass of the decoder's layers; `layer_states` gives, per layer, how to get the keys and values to look at."""
        for layer, see in zip(self.model.decoder.layers, layer_states):
            attention = layer.self_attention
            queries, keys, values = (self.heads(part, attention) for part in attention.input[0](layer.self_norm(y)).chunk(3, -1))
            seen = see["self"](keys, values)
            y = y + attention.output(attend(queries, *seen, mask).transpose(1, 2).flatten(2))
            attention = layer.cross_attention
            queries = self.heads(attention.input[0](layer.cross_norm(y)), attention)
            y = y + attention.output(attend(queries, *see["cross"]).transpose(1, 2).flatten(2))
            y = y + layer.output(torch.relu(layer.hidden(layer.hidden_norm(y))))
        return self.model.decoder.norm(y)

    def choose(self, states):
        logits = self.model.output(states)
        logits[:, HIDDEN] = float("-inf")
        return logits.argmax(-1)

    @torch.inference_mode()
    def write(self, prompts, tokens):
        """The prompt is the encoder's source and, after the begin sign, the beginning of the target."""
        started = time.perf_counter()
        model = self.model
        memory = model.encoder(model.embed(prompts))
        prefix = torch.cat([torch.full((len(prompts), 1), BEGIN), prompts], 1)
        length = prefix.shape[1]
        states, caches = [], []
        for layer in model.decoder.layers:
            attention = layer.cross_attention
            cross = [self.heads(part, attention) for part in attention.input[1](memory).chunk(2, -1)]
            kept = {}

            def keep(keys, values, kept=kept):
                kept["past"] = keys, values
                return keys, values

            states.append({"self": keep, "cross": cross})
            caches.append(kept)
        hidden = self.decoder(model.embed(prefix), model.mask[:length, :length], states)
        ids = self.choose(hidden[:, -1])
        written = [ids]
        first_ms = (time.perf_counter() - started) * 1e3
        for state, kept in zip(states, caches):
            state["self"] = self.cache(*kept["past"], tokens).add
        for position in range(length, length + tokens - 1):
            y = (model.embedding(ids) * model.scale + model.positions[position])[:, None]
            ids = self.choose(self.decoder(y, None, states)[:, 0])
            written.append(ids)
        ids = torch.stack(written, 1).tolist()
        return {"ids": ids, "firstMs": first_ms, "totalMs": (time.perf_counter() - started) * 1e3}


writers = {}


def prepare(model, length, checkpoint):
    network = Transformer(model, length, False).eval()
    network.load(read_checkpoint(checkpoint))
    writers.update(joined=Writer(network, GrowingCache), inPlace=Writer(network, ReservedCache))
    return {"parameters": sum(parameter.numel() for parameter in network.parameters())}


def write(which, prompts, tokens):
    return writers[which].write(torch.tensor(prompts), tokens)


torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
serve({"facts": facts, "prepare": prepare, "write": write})
