"""Asks Python's resolver, as any Python program does: `lookup.py NAME...`. Prints a JSON array with one value for each
name: its addresses of both families, sorted, or what kind of error came instead."""

import json
import socket
import sys


def look_up(name):
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return "not found" if error.errno in (socket.EAI_NONAME, socket.EAI_NODATA) else "failed"
    return sorted(address[0] for *_, address in found)


print(json.dumps([look_up(name) for name in sys.argv[1:]]))
