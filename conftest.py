"""Makes `helpers` importable in the kernels that nbval starts, even where it is not installed.

What a process that runs tests need not import or start, it does not.
"""

import os
import sys
from pathlib import Path

os.environ.pop("PEEL_REPORT", None)  # the tests are about the collection's own report
HERE = str(Path(__file__).parent)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH", "")]))
# jsonschema does without it; it takes a second to import, for links that no notebook has
sys.modules["rfc3987_syntax"] = None
# matrices of 43 rows are not worth a thread, and the tests have a process for every core
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# nbval brings Jupyter's client: asked for on the command line, the workers hear of it from here
if any(option.startswith("--nbval") for option in sys.argv):
    os.environ["PEEL_NBVAL"] = "1"
pytest_plugins = ["nbval.plugin"] if "PEEL_NBVAL" in os.environ else []
