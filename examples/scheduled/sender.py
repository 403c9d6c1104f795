"""The sender: it waits for reminders that are due, and sends them."""

import sys

from schedule import Schedule


def main(wanted: float) -> None:
    schedule = Schedule("reminders")
    sent = 0
    while sent < wanted:
        for text in schedule.receive():
            print(f"sender: {text}")
            sent += 1


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
