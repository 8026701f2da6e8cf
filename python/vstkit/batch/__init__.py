# SPDX-License-Identifier: ISC
"""Whole datasets: variants of many sounds, from one folder to a cluster.

    from vstkit import batch
    batch.run("clips/", {"chain": ["lossy"], "seed": 1}, "out/", executor="processes")

The bytes of item i, copy k depend on recipe, seed, id and version alone; a run that was stopped goes on where it was.
"""

from ._check import Checked, check
from ._errors import BatchError, ManifestError, RecipeError, StoreError
from ._manifest import Item, items
from ._recipe import Recipe, load_recipe
from ._rirs import rirs
from ._run import Progress, Summary, run

__all__ = [
    "BatchError",
    "Checked",
    "Item",
    "ManifestError",
    "Progress",
    "Recipe",
    "RecipeError",
    "StoreError",
    "Summary",
    "check",
    "items",
    "load_recipe",
    "rirs",
    "run",
]
