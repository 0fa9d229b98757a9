"""Binds a Unix datagram socket (a path, or @name) and prints each datagram as one line, with ; for line breaks."""
import socket
import sys

name = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + name[1:] if name.startswith("@") else name)
print("listening", flush=True)
while True:
    print(receiver.recv(65536).decode().replace("\n", ";"), flush=True)
