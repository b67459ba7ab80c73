"""What a U-Net is told beside the noisy latents and their timestep."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Conditioning:
    """Encoded captions."""

    tokens: Tensor
    """(B, 77, width): one vector per token."""
    pooled: Tensor | None = None
    """(B, width): one vector per caption; only SDXL has it."""

    def rows(self, indices: list[int]) -> Conditioning:
        """The captions at `indices`, in that order."""
        return Conditioning(self.tokens[indices], None if self.pooled is None else self.pooled[indices])

    def to(self, device: torch.device, dtype: torch.dtype | None = None) -> Conditioning:
        """The same on `device`, in `dtype` if one is given."""
        pooled = None if self.pooled is None else self.pooled.to(device, dtype)
        return Conditioning(self.tokens.to(device, dtype), pooled)
