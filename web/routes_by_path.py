"""Finds the route of a path without Flask, which does not handle cached responses."""

from typing import Final

from werkzeug.routing import Map

OTHER: Final = "other"
"""The name of all paths without a route: clients can invent any number of them."""


class RoutesByPath:
    """The routes of an application: paths such as /help, and beginnings such as /articles/ if there are parameters."""

    def __init__(self, routes: Map) -> None:
        rules = sorted({rule.rule for rule in routes.iter_rules()})
        self.names = (*rules, OTHER)
        self._exact = {rule: number for number, rule in enumerate(rules) if "<" not in rule}
        self._beginnings = sorted(
            ((rule.partition("<")[0], number) for number, rule in enumerate(rules) if "<" in rule),
            key=lambda each: -len(each[0]),
        )

    def of(self, path: str) -> int:
        """The number of the path's route in `names`."""
        number = self._exact.get(path)
        if number is not None:
            return number
        for beginning, route in self._beginnings:
            if path.startswith(beginning):
                return route
        return len(self.names) - 1
