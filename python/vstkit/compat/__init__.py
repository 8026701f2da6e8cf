# SPDX-License-Identifier: ISC
"""Drop-ins for programs written for the original engines: same names, arguments and results.

`vstkit.compat.lossy` and `vstkit.compat.reverb` hold what has the same name for both: `default_params`,
`bypass_params`, `migrate_legacy_params`, `PARAM_RANGES`, `PARAM_SECTIONS`, `CHOICE_RANGES` and `SR`.
"""

from . import lossy, reverb
from .lossy import render_lossy
from .reverb import render_fdn

__all__ = ["lossy", "render_fdn", "render_lossy", "reverb"]
