"""Customers: they open tickets, and comment on one of them."""

from desk import Desk


def main() -> None:
    desk = Desk()
    desk.open("anna", "how do I print?")
    desk.open("ben", "the shop is down", urgent=True)
    for text in ("it is down", "it is down", "it is up again"):
        desk.comment("ben's", text)
    print("customers: 2 tickets, 1 of them urgent, and 2 comments, 1 of them sent twice")


if __name__ == "__main__":
    main()
