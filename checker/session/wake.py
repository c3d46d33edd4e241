"""How one process tells the others that the journal has something new: a datagram to a socket of each.

Each listener has a Unix socket of its own in a folder. What is sent says nothing; whoever is woken
reads the journal. In a plain notebook there is no folder: all is in one process.
"""

import os
import secrets
import select
import socket
from contextlib import AbstractContextManager, suppress
from pathlib import Path


class Waker:
    """Wakes all listeners of a folder. Without a folder there are none."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def wake(self) -> None:
        """Wake every listener, without waiting for any; remove what listeners that are gone left."""
        if self._folder is None or not self._folder.is_dir():
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            for path in self._folder.glob("*.sock"):
                try:
                    sender.sendto(b"!", os.fspath(path))
                except ConnectionRefusedError:  # its process is gone
                    path.unlink(missing_ok=True)
                except OSError:
                    pass  # it was closed just now, or has been woken often and has not looked yet
        with suppress(OSError):  # there are listeners
            self._folder.rmdir()


class Listener(AbstractContextManager["Listener"]):
    """Is woken by the wakers of a folder, from the moment it is made."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._path = folder / f"{secrets.token_hex(4)}.sock"  # short: the whole path has 107 bytes at most
        while True:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                self._socket.bind(os.fspath(self._path))
                return
            except FileNotFoundError:
                continue  # the last listener has just removed the folder

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening; leave nothing behind."""
        self._socket.close()
        self._path.unlink(missing_ok=True)
        with suppress(OSError):  # others listen there
            self._path.parent.rmdir()

    def fileno(self) -> int:
        """For `select` and event loops: readable when it was woken."""
        return self._socket.fileno()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is woken, at most `timeout` seconds; False if it was not.

        However often it was woken before, the next call waits again.
        """
        woken = bool(select.select([self._socket], [], [], timeout)[0])
        with suppress(BlockingIOError):
            while self._socket.recv(1):
                pass
        return woken
