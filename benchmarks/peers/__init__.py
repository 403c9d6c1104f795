"""Other emulators, to be measured beside this one: installed from public registries, started, and asked; never read."""
