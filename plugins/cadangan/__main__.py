"""`python -m cadangan`."""

from cadangan.cli import main

main()
