"""Attention of several heads, whose four weight matrices are layers that can be analog."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import Linear, Module, MultiheadAttention
from torch.nn.functional import dropout, pad, softmax

from aihwlab.nn.modules.container import AnalogContainerBase
from aihwlab.simulator.parameters.base import RPUConfigBase

PROJECTIONS = ('q_proj', 'k_proj', 'v_proj', 'out_proj')
"""Names of the four layers."""

SHARED = ('embed_dim', 'kdim', 'vdim', 'num_heads', 'head_dim', 'dropout', 'batch_first', 'add_zero_attn', 'bias_k', 'bias_v',
          'training')
"""What an analog and a digital attention have in common."""


class AnalogMultiheadAttention(AnalogContainerBase, MultiheadAttention):
    """Attention of several heads, `softmax(Q K^T / sqrt(d)) V` for each, with a layer of its own for each weight matrix.

    `torch.nn.MultiheadAttention` keeps the matrices that make queries, keys and values in one parameter, which no crossbar
    can take the place of. Here they are layers, `q_proj`, `k_proj`, `v_proj`, beside torch's `out_proj`; conversion makes
    them analog one by one. The products of queries with keys, and of these with values, have no weights and stay digital.

    Its outputs are those of torch, with one exception: a query from which all keys are hidden gets zeros, with and without
    `need_weights`, where torch gives zeros or NaN. Nested tensors are not supported.

    Source: A. Vaswani et al., NeurIPS, 2017, doi:10.48550/arXiv.1706.03762.

    Example:
        >>> attention = convert_to_analog(torch.nn.MultiheadAttention(64, 4, batch_first=True), ReRamSBPreset())
        >>> y, weights = attention(x, x, x)

    Args:
        module: torch's attention, whose weights are copied into four digital layers.
    """

    def __init__(self, module: MultiheadAttention) -> None:
        Module.__init__(self)
        for name in SHARED:
            setattr(self, name, getattr(module, name))
        # What torch's own faster paths read: without these, they leave an attention alone.
        self.in_proj_weight = self.in_proj_bias = None
        self._qkv_same_embed_dim = False
        for name, (weight, bias) in zip(PROJECTIONS, matrices(module)):
            setattr(self, name, linear(weight, bias).train(module.training))

    @classmethod
    def from_digital(cls, module: MultiheadAttention, rpu_config: RPUConfigBase | None = None,
                     tile_module_class: type[Module] | None = None) -> 'AnalogMultiheadAttention':
        """Return an attention with the weights of torch's in four digital layers, for `convert_to_analog` to go on with."""
        return cls(module)

    def to_digital(self) -> MultiheadAttention:
        """Return torch's attention with the weights of the four layers, analog or not."""
        layers = [getattr(self, name) for name in PROJECTIONS]
        q, k, v, out = (layer.to_digital() if hasattr(layer, 'to_digital') else layer for layer in layers)
        digital = MultiheadAttention(self.embed_dim, self.num_heads, self.dropout, q.bias is not None,
                                     add_zero_attn=self.add_zero_attn, kdim=self.kdim, vdim=self.vdim,
                                     batch_first=self.batch_first, device=q.weight.device, dtype=q.weight.dtype)
        digital.bias_k, digital.bias_v = self.bias_k, self.bias_v
        with torch.no_grad():
            for (weight, bias), layer in zip(matrices(digital), (q, k, v, out)):
                weight.copy_(layer.weight)
                if bias is not None:
                    bias.copy_(layer.bias)
        return digital.train(self.training)

    def forward(self, query: Tensor, key: Tensor, value: Tensor, key_padding_mask: Tensor | None = None,
                need_weights: bool = True, attn_mask: Tensor | None = None, average_attn_weights: bool = True,
                is_causal: bool = False) -> tuple[Tensor, Tensor | None]:
        """Return outputs and weights of the attention, for arguments in the shapes of `torch.nn.MultiheadAttention`.

        Args:
            query, key, value: [length, batch, size], or [batch, length, size] with `batch_first`; the batch may be missing.
            key_padding_mask: keys to leave out, [batch, keys]: True, or a number that is added to their scores.
            need_weights: return the weights as well, otherwise None.
            attn_mask: pairs to leave out, [queries, keys] or [batch * heads, queries, keys], in the same way.
            average_attn_weights: return the mean over the heads, [batch, queries, keys], not one for each head.
            is_causal: a hint for torch that `attn_mask` hides what comes later; here the mask alone counts.

        Raises:
            ValueError: for inputs or masks of another shape, or `is_causal` without `attn_mask`.
        """
        if is_causal and attn_mask is None:
            raise ValueError('is_causal = True: attn_mask must be given, too')
        batched = query.dim() == 3
        query, key, value = (self.batch_before_length(name, x, batched)
                             for name, x in (('query', query), ('key', key), ('value', value)))
        if key.shape[:2] != value.shape[:2] or key.shape[0] != query.shape[0]:
            raise ValueError(f'key and value of shapes {tuple(key.shape)} and {tuple(value.shape)}, [batch, length, size]: '
                             f'must have one length, and the batch of the query, {query.shape[0]}')
        hidden = self.masks(attn_mask, key_padding_mask, query, key)
        keys, values = self.k_proj(key), self.v_proj(value)
        for extra in self.extra_pairs(keys):
            keys, values = torch.cat([keys, extra[0]], dim=1), torch.cat([values, extra[1]], dim=1)
            hidden = None if hidden is None else pad(hidden, (0, 1))
        y, weights = self.attend(self.heads(self.q_proj(query)), self.heads(keys), self.heads(values), hidden)
        y = self.out_proj(y.transpose(1, 2).flatten(2))
        shown = None if not need_weights else weights.mean(dim=1) if average_attn_weights else weights
        if not batched:
            return y[0], None if shown is None else shown[0]
        return y if self.batch_first else y.transpose(0, 1), shown

    def attend(self, q: Tensor, k: Tensor, v: Tensor, hidden: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return outputs and weights for queries, keys and values [batch, heads, length, size of a head]."""
        scores = q @ k.transpose(-2, -1) / self.head_dim ** 0.5
        if hidden is None:
            weights = softmax(scores, dim=-1)
        else:
            scores = scores + hidden
            blind = torch.isneginf(scores).all(dim=-1, keepdim=True)
            weights = softmax(scores.masked_fill(blind, 0.0), dim=-1).masked_fill(blind, 0.0)
        weights = dropout(weights, self.dropout, self.training)
        return weights @ v, weights

    def batch_before_length(self, name: str, x: Tensor, batched: bool) -> Tensor:
        """Return an input as [batch, length, size]."""
        if x.dim() != (3 if batched else 2):
            raise ValueError(f'{name} of shape {tuple(x.shape)}: query, key and value must all have three dimensions, or two '
                             'without a batch')
        if not batched:
            return x.unsqueeze(0)
        return x if self.batch_first else x.transpose(0, 1)

    def heads(self, x: Tensor) -> Tensor:
        """Return [batch, length, size] as [batch, heads, length, size of a head]."""
        return x.unflatten(-1, (self.num_heads, self.head_dim)).transpose(1, 2)

    def masks(self, attn_mask: Tensor | None, key_padding_mask: Tensor | None, query: Tensor, key: Tensor) -> Tensor | None:
        """Return both masks as one sum that is added to the scores, or None."""
        batch, queries, keys = query.shape[0], query.shape[1], key.shape[1]
        total = None
        if attn_mask is not None:
            if attn_mask.shape not in ((queries, keys), (batch * self.num_heads, queries, keys)):
                raise ValueError(f'attn_mask of shape {tuple(attn_mask.shape)}: must be {(queries, keys)} or '
                                 f'{(batch * self.num_heads, queries, keys)}')
            total = as_added(attn_mask, query).view(-1, self.num_heads if attn_mask.dim() == 3 else 1, queries, keys)
        if key_padding_mask is not None:
            if key_padding_mask.shape not in ((batch, keys), (keys,) if batch == 1 else ()):
                raise ValueError(f'key_padding_mask of shape {tuple(key_padding_mask.shape)}: must be {(batch, keys)}')
            padding = as_added(key_padding_mask, query).view(batch, 1, 1, keys)
            total = padding if total is None else total + padding
        return total

    def extra_pairs(self, keys: Tensor) -> list[tuple[Tensor, Tensor]]:
        """Return keys and values [batch, 1, size] that stand after those of the input: learned ones, and zeros."""
        shape = (keys.shape[0], 1, self.embed_dim)
        pairs = [] if self.bias_k is None else [(self.bias_k.expand(shape), self.bias_v.expand(shape))]
        return [*pairs, (keys.new_zeros(shape),) * 2] if self.add_zero_attn else pairs


def as_added(mask: Tensor, like: Tensor) -> Tensor:
    """Return a mask as numbers to be added to scores: minus infinity where it is True."""
    if mask.is_floating_point():
        return mask.to(like.dtype)
    return torch.zeros_like(mask, dtype=like.dtype).masked_fill(mask.bool(), -torch.inf)


def matrices(module: MultiheadAttention) -> list[tuple[Tensor, Tensor | None]]:
    """Return the weights and biases in torch's attention that make queries, keys, values and outputs, as they stand there."""
    weights = ((module.q_proj_weight, module.k_proj_weight, module.v_proj_weight) if module.in_proj_weight is None
               else module.in_proj_weight.chunk(3))
    biases: Any = (None, None, None) if module.in_proj_bias is None else module.in_proj_bias.chunk(3)
    return [*zip(weights, biases), (module.out_proj.weight, module.out_proj.bias)]


def linear(weight: Tensor, bias: Tensor | None) -> Linear:
    """Return a digital layer with copies of a weight matrix and a bias."""
    out_size, in_size = weight.shape
    layer = Linear(in_size, out_size, bias is not None, weight.device, weight.dtype)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer
