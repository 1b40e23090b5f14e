"""The limits of the boosts of a score, the same for every engine."""

from typing import Final

MAX_DISTANCE: Final = 3
"""Terms up to this many positions apart, in either order, count half as much as adjacent terms in query order."""

MAX_HEAT: Final = 200
"""A higher heat gives no higher boost; real archives have up to 190."""

AHEAD_SECONDS: Final = 2 * 86_400
"""An article that is dated so long after today's midnight, later than tomorrow, has a wrong date."""
