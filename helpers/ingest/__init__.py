"""Publishers' files into the tidy tables of data/official/. Imported by nothing else."""
