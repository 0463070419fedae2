"""Running the notebooks and writing what a reader opens."""

import os
import sys

# Notebooks run side by side, each in a process forked from this one: no threads of NumPy's here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# When jsonschema is imported this package compiles a grammar of web addresses, for a second and a
# half. No notebook has need of it, and jsonschema does without where it is not installed.
sys.modules.setdefault("rfc3987_syntax", None)
