"""Other emulators to compare with. They are installed from public registries and called; their code is never read."""
