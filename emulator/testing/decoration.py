"""Makes a decorator of a context manager, for functions, generators, coroutine functions and test classes."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, TypeVar

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
Function = Callable[..., Any]
Block = AbstractContextManager[object, None]


def decorate(target: Decorated, block: Block) -> Decorated:
    """``target`` with ``block`` around each call or, if it is a class, around each of its tests."""
    if isinstance(target, type):
        _decorate_class(target, block)
        return target
    for is_kind, around in _KINDS:
        if is_kind(target):
            return around(target, block)  # type: ignore[return-value]
    return _around_call(target, block)  # type: ignore[return-value]


def _around_call(function: Function, block: Block) -> Function:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with block:
            return function(*args, **kwargs)

    return call


def _around_coroutine(function: Function, block: Block) -> Function:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        with block:
            return await function(*args, **kwargs)

    return call


def _around_generator(function: Function, block: Block) -> Function:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Iterator[Any]:
        with block:
            yield from function(*args, **kwargs)

    return call


def _around_async_generator(function: Function, block: Block) -> Function:
    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        with block:
            async for value in function(*args, **kwargs):
                yield value

    return call


_KINDS: tuple[tuple[Callable[[Function], bool], Callable[[Function, Block], Function]], ...] = (
    (inspect.iscoroutinefunction, _around_coroutine),
    (inspect.isasyncgenfunction, _around_async_generator),
    (inspect.isgeneratorfunction, _around_generator),
)


def _decorate_class(tests: type, block: Block) -> None:
    from unittest import TestCase

    if issubclass(tests, TestCase):
        tests.run = _around_call(tests.run, block)  # type: ignore[method-assign]
    else:
        _decorate_plain_class(tests, block)


def _decorate_plain_class(tests: type, block: Block) -> None:
    """Put the block around ``setup_method``, test and ``teardown_method`` as pytest calls them, or a test alone."""
    names = [name for name in dir(tests) if name.startswith("test") and inspect.isfunction(getattr(tests, name))]
    if not names:
        raise TypeError(
            f"{tests.__name__} has no test methods, so there is nothing to emulate AWS for. Decorate the methods that "
            "need AWS, or the test classes that inherit from it."
        )
    set_up: set[int] = set()  # ids of the instances between their setup_method and their teardown_method
    set_up_before, tear_down_before = getattr(tests, "setup_method", None), getattr(tests, "teardown_method", None)

    def setup_method(self: object, method: Function) -> None:
        block.__enter__()
        set_up.add(id(self))
        try:
            _call_hook(set_up_before, self, method)
        except BaseException:
            leave(self)  # pytest does not call teardown_method then
            raise

    def teardown_method(self: object, method: Function) -> None:
        try:
            _call_hook(tear_down_before, self, method)
        finally:
            leave(self)

    def leave(instance: object) -> None:
        set_up.discard(id(instance))
        block.__exit__(None, None, None)

    def alone(test: Function) -> Function:
        decorated = decorate(test, block)

        @wraps(test)
        def call(self: object, *args: Any, **kwargs: Any) -> Any:
            return (test if id(self) in set_up else decorated)(self, *args, **kwargs)

        return _as_coroutine_function(call) if inspect.iscoroutinefunction(test) else call

    for name in names:
        setattr(tests, name, alone(getattr(tests, name)))
    tests.setup_method = setup_method  # type: ignore[attr-defined]
    tests.teardown_method = teardown_method  # type: ignore[attr-defined]


def _as_coroutine_function(function: Function) -> Function:
    """``function``, which returns a coroutine, as a coroutine function, which pytest's async plugins recognize."""

    @wraps(function)
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await function(*args, **kwargs)

    return call


def _call_hook(hook: Function | None, instance: object, method: Function) -> None:
    """Call a hook as pytest does: with the test's method, if the hook has a parameter for it."""
    if hook is not None:
        hook(*(instance, method)[: len(inspect.signature(hook).parameters)])
