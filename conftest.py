"""Makes `helpers` importable in the kernels that nbval starts, even where it is not installed."""

import os
from pathlib import Path

HERE = str(Path(__file__).parent)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH", "")]))
