"""Makes `helpers` importable in the kernels that nbval starts, even where it is not installed."""

import os
import sys
from pathlib import Path

os.environ.pop("PEEL_REPORT", None)  # the tests are about the collection's own report
HERE = str(Path(__file__).parent)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [HERE, os.environ.get("PYTHONPATH", "")]))
# jsonschema does without it; it takes a second to import, for links that no notebook has
sys.modules["rfc3987_syntax"] = None
pytest_plugins = ["nbval.plugin"]
