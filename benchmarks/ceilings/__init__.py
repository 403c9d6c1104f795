"""Servers that do as good as nothing: what is left of a request when the emulator is taken away.

Some answer 200 fixed bytes; some do the least a SendMessage takes, which is to decode JSON, an MD5, two ids and an
answer in JSON.
"""
