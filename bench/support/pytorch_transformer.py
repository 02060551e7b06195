"""The worker's encoder–decoder written as one writes it in PyTorch, twice: with torch's own nn.Transformer, and with packed projections
around scaled_dot_product_attention. Pre-norm with final norms, ReLU, sinusoidal positions, one embedding for both sides."""

import math

import torch
from torch import nn
from torch.nn import functional as F

HAS_FUSED_ATTENTION = hasattr(F, "scaled_dot_product_attention")


def sinusoidal_positions(length, width):
    position = torch.arange(length).unsqueeze(1)
    frequency = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    table = torch.zeros(length, width)
    table[:, 0::2] = torch.sin(position * frequency)
    table[:, 1::2] = torch.cos(position * frequency)
    return table


def attention(queries, keys, values, mask):
    """[B, h, T, k] each; `mask` is added to the scores, or None."""
    if HAS_FUSED_ATTENTION:
        return F.scaled_dot_product_attention(queries, keys, values, is_causal=mask is not None)
    scores = torch.matmul(queries * (queries.shape[-1] ** -0.5), keys.transpose(-2, -1))
    if mask is not None:
        scores = scores + mask
    return torch.matmul(torch.softmax(scores, dim=-1), values)


class Attention(nn.Module):
    def __init__(self, width, heads, cross):
        super().__init__()
        self.heads = heads
        self.cross = cross
        self.input = nn.ModuleList([nn.Linear(width, width), nn.Linear(width, 2 * width)] if cross else [nn.Linear(width, 3 * width)])
        self.output = nn.Linear(width, width)

    def forward(self, x, seen, mask):
        parts = (self.input[0](x), *self.input[1](seen).chunk(2, -1)) if self.cross else self.input[0](x).chunk(3, -1)
        queries, keys, values = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        return self.output(attention(queries, keys, values, mask).transpose(1, 2).flatten(2))


class Block(nn.Module):
    def __init__(self, width, heads, hidden, cross):
        super().__init__()
        self.self_norm, self.self_attention = nn.LayerNorm(width), Attention(width, heads, False)
        self.cross_norm, self.cross_attention = (nn.LayerNorm(width), Attention(width, heads, True)) if cross else (None, None)
        self.hidden_norm, self.hidden, self.output = nn.LayerNorm(width), nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x, memory, mask):
        x = x + self.self_attention(self.self_norm(x), None, mask)
        if self.cross_attention is not None:
            x = x + self.cross_attention(self.cross_norm(x), memory, None)
        return x + self.output(F.relu(self.hidden(self.hidden_norm(x))))


class Stack(nn.Module):
    def __init__(self, layers, width, heads, hidden, cross):
        super().__init__()
        self.layers = nn.ModuleList(Block(width, heads, hidden, cross) for _ in range(layers))
        self.norm = nn.LayerNorm(width)

    def forward(self, x, memory=None, mask=None):
        for layer in self.layers:
            x = layer(x, memory, mask)
        return self.norm(x)


class Transformer(nn.Module):
    """`own_modules` chooses torch's nn.Transformer; otherwise the classes above."""

    def __init__(self, settings, length, own_modules):
        super().__init__()
        width, heads, hidden = settings["dModel"], settings["heads"], settings["feedForward"]
        layers = settings["encoderLayers"], settings["decoderLayers"]
        self.own_modules = own_modules
        self.scale = math.sqrt(width)
        self.embedding = nn.Embedding(settings["vocabularySize"], width)
        if own_modules:
            self.core = nn.Transformer(width, heads, *layers, hidden, dropout=0.0, batch_first=True, norm_first=True)
        else:
            self.encoder = Stack(layers[0], width, heads, hidden, False)
            self.decoder = Stack(layers[1], width, heads, hidden, True)
        self.output = nn.Linear(width, settings["vocabularySize"])
        self.register_buffer("positions", sinusoidal_positions(length, width))
        self.register_buffer("mask", torch.full((length, length), float("-inf")).triu(1))

    def embed(self, ids):
        return self.embedding(ids) * self.scale + self.positions[: ids.shape[1]]

    def forward(self, source, target):
        x, y = self.embed(source), self.embed(target)
        if self.own_modules:
            return self.output(self.core(x, y, tgt_mask=self.mask))
        return self.output(self.decoder(y, self.encoder(x), self.mask))

    @torch.no_grad()
    def load(self, saved):
        """Takes the parameters of a checkpoint of the worker."""

        def linear(module, *names):
            module.weight.copy_(torch.cat([saved[f"{name}.weight"] for name in names], 1).t())
            module.bias.copy_(torch.cat([saved[f"{name}.bias"] for name in names]))

        def norm(module, name):
            module.weight.copy_(saved[f"{name}.gain"])
            module.bias.copy_(saved[f"{name}.bias"])

        def attention_of_torch(module, name):
            roles = [f"{name}.{role}" for role in ("query", "key", "value")]
            module.in_proj_weight.copy_(torch.cat([saved[f"{role}.weight"] for role in roles], 1).t())
            module.in_proj_bias.copy_(torch.cat([saved[f"{role}.bias"] for role in roles]))
            linear(module.out_proj, f"{name}.output")

        def packed_attention(module, name):
            groups = [["query"], ["key", "value"]] if module.cross else [["query", "key", "value"]]
            for part, roles in zip(module.input, groups):
                linear(part, *(f"{name}.{role}" for role in roles))
            linear(module.output, f"{name}.output")

        self.embedding.weight.copy_(saved["embedding"])
        linear(self.output, "output")
        for side in ("encoder", "decoder"):
            stack = getattr(self.core if self.own_modules else self, side)
            norm(stack.norm, f"{side}.finalNorm")
            for index, layer in enumerate(stack.layers):
                name = f"{side}.{index}"
                if self.own_modules:
                    norms = [layer.norm1, layer.norm2, layer.norm3] if side == "decoder" else [layer.norm1, None, layer.norm2]
                    load_attention, hidden, output = attention_of_torch, layer.linear1, layer.linear2
                    attentions = [layer.self_attn, getattr(layer, "multihead_attn", None)]
                else:
                    norms = [layer.self_norm, layer.cross_norm, layer.hidden_norm]
                    load_attention, hidden, output = packed_attention, layer.hidden, layer.output
                    attentions = [layer.self_attention, layer.cross_attention]
                for module, role in zip(norms, ("selfAttention", "crossAttention", "feedForward")):
                    if module is not None:
                        norm(module, f"{name}.{role}Norm")
                for module, role in zip(attentions, ("selfAttention", "crossAttention")):
                    if module is not None:
                        load_attention(module, f"{name}.{role}")
                linear(hidden, f"{name}.feedForward.hidden")
                linear(output, f"{name}.feedForward.output")
