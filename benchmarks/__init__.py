"""What is claimed about speed and accuracy, against named peers, in one run: `python -m benchmarks [topic ...]`."""
