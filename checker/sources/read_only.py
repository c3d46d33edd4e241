"""HTTP sessions that send GET and HEAD alone, so the checker cannot change what it looks at.

The Docker SDK and requests both send every request through `get_adapter`, so the guard stands there:
no method of theirs gets round it.
"""

from typing import Any

import requests
from requests.adapters import BaseAdapter

from checker.sources.methods import refuse_changes


class _Guard(BaseAdapter):
    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self._adapter = adapter

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        refuse_changes(request.method, request.path_url)
        return self._adapter.send(request, *args, **options)

    def close(self) -> None:
        self._adapter.close()


class ReadOnlySession(requests.Session):
    """A session of requests that refuses all but GET and HEAD; a base for clients that are sessions."""

    def get_adapter(self, url: str) -> BaseAdapter:
        """The adapter for a URL, behind the guard."""
        return _Guard(super().get_adapter(url))
