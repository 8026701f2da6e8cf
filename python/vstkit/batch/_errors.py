# SPDX-License-Identifier: ISC
"""What goes wrong with a whole run; what is wrong with one item is a row of its own."""


class BatchError(Exception):
    """A run cannot begin or go on; what is done stays done, and the same command goes on from there."""


class RecipeError(BatchError):
    """A recipe that cannot be used: the message names file, key and value."""


class ManifestError(BatchError):
    """A manifest that cannot be used: the message names file and line."""


class StoreError(BatchError):
    """A place that cannot be written or read: a full disk, a missing bucket, no permission."""


def extra(package: str, name: str, what: str) -> BatchError:
    """That a package is needed, and how to get it."""
    return BatchError(f"{what} needs the package {package}: pip install 'vstkit[{name}]'")
