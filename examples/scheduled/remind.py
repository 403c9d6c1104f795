"""The calendar: it schedules a reminder."""

import sys
import time

from schedule import Schedule


def main(seconds: str, text: str) -> None:
    Schedule("reminders").add(text, time.time() + float(seconds))
    print(f"calendar: in {seconds} seconds: {text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
