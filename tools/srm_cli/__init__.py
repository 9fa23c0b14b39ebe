"""Command line of the SRM suite. Standard library only: it builds everything else."""
