# SPDX-License-Identifier: ISC
"""Find values of an effect that make one sound like another, or reach figures; with no key and no network.

    from vstkit.match import Aim, Match
    best = Match("lossy", audio, 44100, Aim(reference), renders=500).run()
    out = vstkit.render("lossy", audio, 44100, params=best.values)

Needs the extra `vstkit[match]`: cma, cmaes, scipy.
"""

from .._work import AgentError, Cancel, Cancelled, Progress
from ._distance import WORDS, Aim, Distance
from ._match import Best, Match, check_numbers

__all__ = ["WORDS", "AgentError", "Aim", "Best", "Cancel", "Cancelled", "Distance", "Match", "Progress", "check_numbers"]
