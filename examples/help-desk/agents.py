"""Agents: they read comments in order, and take tickets, urgent ones first."""

import sys
import time

from desk import Desk


def main(wanted: float) -> None:
    desk = Desk()
    done = 0
    while done < wanted:
        tickets, comments = desk.next_tickets(), desk.next_comments()
        for ticket in tickets:
            print(f"agents: {ticket['customer']}: {ticket['problem']}")
        for comment in comments:
            print(f"agents: on {comment['ticket']} ticket: {comment['text']}")
        for received in tickets + comments:
            desk.close(received)
        done += len(tickets) + len(comments)
        if not tickets:
            time.sleep(1)  # two queues cannot be waited for in one request


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else float("inf"))
