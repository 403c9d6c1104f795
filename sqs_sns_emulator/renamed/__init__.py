"""Where ``packages.load`` puts this distribution's packages if their own names are taken."""
