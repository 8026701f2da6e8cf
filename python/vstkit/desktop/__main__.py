# SPDX-License-Identifier: ISC
"""python -m vstkit.desktop"""

import sys

from ._main import main

if __name__ == "__main__":
    sys.exit(main())
