# SPDX-License-Identifier: ISC
"""An agent with ears: sessions that try, compare, keep and undo; the tools of a language model over them.

    from vstkit.agent import FileInstance, Proposal, Session
    session = Session()
    session.add_instance(FileInstance("lossy", "voice.wav"))
    session.capture(3.0)
    tried = session.try_out([Proposal({"loss": 0.7}), Proposal({"filter_type": "bandpass"})])
    session.keep(tried[0].name, "more broken")

`Session` knows neither window nor network.  See doc/agent.md.
"""

from .._work import AgentError, Cancel, Cancelled, Progress
from ._figures import BANDS_HZ, Difference, Figures, RoomFigures, difference, figures
from ._instances import FileInstance
from ._journal import replay
from ._picture import compare_png
from ._search import Search, SearchWish
from ._session import Comparison, Proposal, Session
from ._types import Budget, BudgetError, Candidate, Clip, Instance, Step, Taken

__all__ = [
    "BANDS_HZ",
    "AgentError",
    "Budget",
    "BudgetError",
    "Cancel",
    "Cancelled",
    "Candidate",
    "Clip",
    "Comparison",
    "Difference",
    "Figures",
    "FileInstance",
    "Instance",
    "Progress",
    "Proposal",
    "RoomFigures",
    "Search",
    "SearchWish",
    "Session",
    "Step",
    "Taken",
    "compare_png",
    "difference",
    "figures",
    "replay",
]
