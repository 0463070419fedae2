"""Running the notebooks and writing what a reader opens."""
