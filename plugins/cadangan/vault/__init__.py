"""Where copies live: write, finalise, verify, delete."""
