"""The actions of CloudFormation; importing this package registers them."""

from emulator.cloudformation.actions import change_sets, listing, stacks, templates

__all__ = ["change_sets", "listing", "stacks", "templates"]
