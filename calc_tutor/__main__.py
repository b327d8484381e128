"""The report on a class: ``python -m calc_tutor report FOLDER [--csv FILE]``."""

import argparse
import csv
from pathlib import Path

from calc_tutor.report import read_class, summary, table

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m calc_tutor", description="What a class has done, as a table.")
    parser.add_argument("report", choices=["report"], metavar="report")
    parser.add_argument("folder", type=Path, help="with a folder, NAME.json or NAME.ipynb for each learner")
    parser.add_argument("--csv", type=Path, help="the table to write (default: report.csv in the folder)")
    given = parser.parse_args()
    if not given.folder.is_dir():
        parser.error(f"{given.folder} is no folder; name the one that holds what the learners handed in")
    learners, skipped = read_class(given.folder)
    with (given.csv or given.folder / "report.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(table(learners))
    print(summary(learners, skipped))
