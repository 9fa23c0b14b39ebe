"""``python -m srm_engine CALC``: recompute any figure without the ERP."""

import sys

from .cli import main

sys.exit(main())
