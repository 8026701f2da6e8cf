# SPDX-License-Identifier: ISC
"""Effects as transforms of training pipelines: one contract, whatever the library.

    from vstkit import transforms
    damage = transforms.Lossy(presets=True, params={"loss": (0.2, 0.9)}, p=0.8, seed=1)
    noisy = damage(samples, 16000)

`transforms.torch`, `transforms.lhotse` and `transforms.hf` fit them to those libraries, and need them.
"""

from ._base import Chain, Effect, Lossy, Reverb, Transform
from ._packets import PacketLoss

__all__ = ["Chain", "Effect", "Lossy", "PacketLoss", "Reverb", "Transform"]
