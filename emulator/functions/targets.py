"""Where functions are called: URLs that speak Lambda's Invoke, by the ARN of the function.

https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from emulator.aws.arns import Arn
from emulator.aws.place import EVERYWHERE, Place
from emulator.foundation.part import Part
from emulator.functions.mapping import function_name, unqualified


def _nothing() -> None:
    """Nobody calls functions yet."""


class Targets(Part):
    """The URLs of functions: those of the options, and those that tests register while the emulator runs.

    ``on_change`` is called when functions are registered or forgotten.
    """

    def __init__(self, urls: Mapping[str, str], endpoint: str | None) -> None:
        """``urls`` are by ARN. All other functions are at ``endpoint``; None: they cannot be called."""
        self._urls = urls
        self._endpoint = None if endpoint is None else endpoint.rstrip("/")
        self._registered: dict[str, str] = {}
        self.on_change: Callable[[], None] = _nothing

    def url_of(self, function_arn: str) -> str | None:
        """The URL to which the events of a function are posted; None if it cannot be called.

        A version or an alias of a function is called at the URL of the function, if it has none of its own.
        """
        for urls in (self._registered, self._urls):
            url = urls.get(function_arn) or urls.get(unqualified(function_arn))
            if url is not None:
                return url
        if self._endpoint is None:
            return None
        return f"{self._endpoint}/2015-03-31/functions/{quote(function_name(function_arn), safe='')}/invocations"

    def registered(self) -> Iterator[tuple[str, str]]:
        """ARNs and URLs of the functions that were registered."""
        yield from self._registered.items()

    def register(self, function_arn: str, url: str) -> None:
        """From now on call a function at ``url``."""
        self._registered[function_arn] = url
        self.on_change()

    def forget(self, function_arn: str) -> bool:
        """Forget a function that was registered; False if it was not."""
        found = self._registered.pop(function_arn, None) is not None
        if found:
            self.on_change()
        return found

    def reset(self, place: Place = EVERYWHERE) -> None:
        """Forget the functions in ``place`` that were registered."""
        for function_arn in list(self._registered):
            arn = Arn.parse(function_arn)
            if arn is not None and place.covers(arn.account, arn.region):
                self.forget(function_arn)
