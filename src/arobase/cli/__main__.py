"""`python -m arobase.cli`: how Arobase starts its own commands as children."""

from arobase.cli import main

main()
