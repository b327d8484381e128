"""What is claimed about speed and accuracy, measured against named peers in one run: `python -m benchmarks [topic ...]`."""
