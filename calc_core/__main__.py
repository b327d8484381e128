"""Print the three worked examples: `python -m calc_core`."""

from calc_core.worked_examples import printout

if __name__ == "__main__":
    print(printout())
