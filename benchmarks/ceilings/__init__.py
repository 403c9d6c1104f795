"""Servers that do next to nothing. They show the cost of a request without the emulator's own work.

Some answer 200 fixed bytes. Some do the least work of a SendMessage: decode JSON, compute an MD5, make two ids, and
answer in JSON.
"""
