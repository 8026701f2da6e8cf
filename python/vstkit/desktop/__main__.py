# SPDX-License-Identifier: ISC
"""python -m vstkit.desktop"""

import sys

from ._main import main

sys.exit(main())
