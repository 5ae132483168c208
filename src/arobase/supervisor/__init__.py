"""What `arobase up` runs: every process of a whole Arobase on one machine, and none left behind."""
