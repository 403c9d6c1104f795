"""An instance of a module: where names in its expressions lead to."""

from collections.abc import Iterator

from emulator.infrastructure.terraform.plan import (
    Index,
    ModuleCall,
    Plan,
    PlannedModule,
    PlannedResource,
    WrittenModule,
    WrittenResource,
)

ResourceKey = tuple[str, str, str]  # mode, type and name


class Scope:
    """One instance of a module, with its resources by what expressions call them."""

    def __init__(
        self,
        planned: PlannedModule,
        written: WrittenModule,
        parent: "Scope | None" = None,
        call: ModuleCall | None = None,
        index: Index = None,
    ) -> None:
        """``call`` is how ``parent`` uses the module, and ``index`` which of its instances this is."""
        self.parent = parent
        self.call = call
        self.index = index
        self.written = written
        self.address = planned.address
        self._written: dict[ResourceKey, WrittenResource] = {_key(each): each for each in written.resources}
        self.resources: dict[ResourceKey, dict[Index, PlannedResource]] = {}
        for each in planned.resources:
            self.resources.setdefault(_key(each), {})[each.index] = each
        self.modules: dict[str, dict[Index, Scope]] = {}
        for child in planned.child_modules:
            name, inner = _step(child.address, self.address)
            of = written.module_calls.get(name, ModuleCall())
            scope = Scope(child, of.module or WrittenModule(), self, of, inner)
            self.modules.setdefault(name, {})[inner] = scope

    def written_of(self, resource: PlannedResource) -> WrittenResource:
        """The resource in the configuration; an empty one if the configuration lacks it, as that of a state does."""
        return self._written.get(_key(resource)) or WrittenResource(resource.type, resource.name, resource.mode)

    def written_named(self, key: ResourceKey) -> WrittenResource | None:
        """The resource in the configuration, also if it has no instance."""
        return self._written.get(key)

    def all_resources(self) -> "Iterator[tuple[Scope, PlannedResource]]":
        """The instances of all resources, here and in the modules below."""
        for instances in self.resources.values():
            yield from ((self, each) for each in instances.values())
        for scopes in self.modules.values():
            for scope in scopes.values():
                yield from scope.all_resources()


def root_scope(plan: Plan) -> Scope:
    """The root module."""
    values = plan.planned_values or plan.values
    assert values is not None, "it is a plan"
    return Scope(values.root_module, plan.configuration.root_module)


def _key(resource: PlannedResource | WrittenResource) -> ResourceKey:
    return resource.mode, resource.type, resource.name


def _step(address: str, parent: str) -> tuple[str, Index]:
    """The name and the index in the last step of a module's address: ``module.queues["orders"]``."""
    step = address[len(parent) + 1 :] if parent else address
    name, bracket, index = step.removeprefix("module.").partition("[")
    return name, index_of(index.removesuffix("]")) if bracket else None


def index_of(text: str) -> Index:
    """The index that stands between brackets."""
    if text.startswith('"'):
        return text.strip('"')
    return int(text) if text.isdecimal() else None
