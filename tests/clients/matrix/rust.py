"""Clients for Rust, in one package: ``Cargo.toml`` names them all."""

from tests.clients.matrix.client import OF_AN_SDK, Client
from tests.clients.toolchains import Toolchain

PROGRAMS = Toolchain(
    "matrix/rust-programs",
    tools=("cargo",),
    files=("Cargo.toml", "Cargo.lock", "src/lib.rs"),
    fetch_commands=(("cargo", "build", "--locked", "--lib"),),
    run_command=("cargo", "run", "--quiet", "--locked", "--offline", "--bin", "{stem}"),
    sources="src/bin",
)

CLIENTS = (
    Client("AWS SDK for Rust", "Rust", PROGRAMS, "sdk.rs", OF_AN_SDK),
    Client("omniqueue", "Rust", PROGRAMS, "queue.rs", ("consumer",), services=("sqs",)),
)
