# SPDX-License-Identifier: ISC
"""Transforms as PyTorch modules: tensors of this machine's memory, each example with a draw of its own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ._base import Transform
from ._packets import PacketLoss


class Module(torch.nn.Module):
    """A transform of batches.

    Args:
        transform: Any of `vstkit.transforms`.
        sample_rate: Hz.
        return_mask: With `PacketLoss`: give (samples, mask), the mask of shape (b, n) or (n,).
        training_only: Leave samples as they are in `eval()`.

    `forward` takes (b, c, n), (b, n) with `batched=True`, (c, n) or (n,), float32 or float64 on the CPU, and gives the
    same shape and type.  Example i of a call draws with `index[i]`, or with the number of examples before it: give the
    examples' numbers where workers share the work.  The count is part of `state_dict()`.  No gradient flows through it.
    """

    def __init__(self, transform: Transform, sample_rate: int, *, return_mask: bool = False, training_only: bool = False) -> None:
        super().__init__()
        if return_mask and not isinstance(transform, PacketLoss):
            raise TypeError(f"return_mask: only PacketLoss has a mask, not {type(transform).__name__}")
        transform.channels_first = True
        self.transform = transform
        self.sample_rate = sample_rate
        self.return_mask = return_mask
        self.training_only = training_only
        self.n_seen = 0

    def get_extra_state(self) -> dict[str, Any]:
        """What `state_dict` holds."""
        return {"n_seen": self.n_seen, "settings": self.transform.settings}

    def set_extra_state(self, state: dict[str, Any]) -> None:
        """Go on counting where a checkpoint was."""
        self.n_seen = int(state["n_seen"])

    def extra_repr(self) -> str:
        """For `print`."""
        return f"{self.transform!r}, sample_rate={self.sample_rate}"

    def forward(self, samples: torch.Tensor, index: Sequence[int] | torch.Tensor | int | None = None, batched: bool = False) -> Any:
        """See the class."""
        if samples.device.type != "cpu":
            raise ValueError(f"samples: on {samples.device}: this works on the CPU: use samples.cpu(), or the data loader")
        if self.training_only and not self.training:
            return (samples, torch.zeros(samples.shape[-1:], dtype=torch.bool)) if self.return_mask else samples
        array = samples.detach().numpy()
        many = array.ndim == 3 or batched
        examples = list(array) if many else [array]
        numbers = self._numbers(index, len(examples))
        out, masks = [], []
        for example, number in zip(examples, numbers, strict=True):
            out.append(self.transform(example, self.sample_rate, number))
            masks.append(self.transform.mask if isinstance(self.transform, PacketLoss) else None)
        result = torch.from_numpy(np.stack(out) if many else out[0]) if out else samples.clone()
        if not self.return_mask:
            return result
        found = np.stack([mask for mask in masks if mask is not None]) if masks else np.zeros((0, array.shape[-1]), bool)
        return result, torch.from_numpy(found if many else found[0])

    def _numbers(self, index: Any, count: int) -> list[int]:
        if index is None:
            self.n_seen += count
            return list(range(self.n_seen - count, self.n_seen))
        numbers = [int(index)] if isinstance(index, int) else [int(number) for number in index]
        if len(numbers) != count:
            raise ValueError(f"index: {len(numbers)} numbers for {count} examples")
        return numbers
