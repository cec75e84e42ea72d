"""What is measured, runnable by anyone: `python -m benchmarks.cold_verbs`, `python -m benchmarks.first_paint`."""
