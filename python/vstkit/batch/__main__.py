# SPDX-License-Identifier: ISC
"""python -m vstkit.batch: as vstkit-batch."""

import sys

from ._cli import main

if __name__ == "__main__":
    sys.exit(main())
