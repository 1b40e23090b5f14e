"""English function words: words with grammar but little meaning, such as articles and prepositions.

The list has each closed word class in full, so all its words have the same weight.  It leaves out words that often mean
something else: us (US), no (no code), one, past, ill (I'll), id (I'd), mine.
"""

from typing import Final

_WORDS: Final = (
    # articles, determiners
    "a an the this that these those each every either neither both all any some such same other others another own "
    "much many more most less least few fewer several enough "
    # pronouns
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers "
    "herself it its itself they them their theirs themselves anybody anyone anything everybody everyone everything "
    "somebody someone something "
    # interrogatives, relatives
    "who whom whose which what when where why how whoever whatever whichever whenever wherever however "
    # prepositions, particles
    "about above across after against along amid among around as at away before behind below beneath beside besides "
    "between beyond by despite down during except for from in inside into like near of off on onto out outside over "
    "per since than through throughout till to toward towards under until up upon via with within without "
    # conjunctions
    "and but or nor so yet if unless because although though while whereas whether "
    # auxiliary verbs
    "am is are was were be been being do does did doing have has had having can could may might must shall should "
    "will would ought cannot "
    # adverbs
    "not also too very just only even then there here thus "
    # contractions, such as don't
    "im ive youre youve youll youd weve theyre theyve theyll theyd hes shes isnt arent wasnt werent dont doesnt didnt "
    "havent hasnt hadnt cant couldnt mustnt shouldnt wont wouldnt "
)

FUNCTION_WORDS: Final = frozenset(_WORDS.split())
"""Folded forms, not stems."""
