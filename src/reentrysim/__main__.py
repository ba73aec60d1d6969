"""`python -m reentrysim` is the command `reentrysim`."""

import sys

from reentrysim.cli import main

sys.exit(main())
