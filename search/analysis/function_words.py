"""English words that hold a sentence together and say nothing of what it is about.

Whole closed classes of the language, so that no word of one is weightier than its neighbours; without those that are
as often read as something else: us (US), no (no code), one, past, ill (I'll), id (I'd); and without how, since whoever
asks that wants articles which say how.
"""

from typing import Final

_CLASSES: Final = {
    "articles, determiners": """
        a an the this that these those each every either neither both all any some such same other others
        another own much many more most less least few fewer several enough
    """,
    "pronouns": """
        i me my mine myself we our ours ourselves you your yours yourself yourselves he him his himself she
        her hers herself it its itself they them their theirs themselves anybody anyone anything everybody
        everyone everything somebody someone something
    """,
    "what asks and what relates": """
        who whom whose which what when where why whoever whatever whichever whenever wherever however
    """,
    "prepositions, and particles of verbs": """
        about above across after against along amid among around as at away before behind below beneath beside
        besides between beyond by despite down during except for from in inside into like near of off on onto
        out outside over per since than through throughout till to toward towards under until up upon via with
        within without
    """,
    "conjunctions": """
        and but or nor so yet if unless because although though while whereas whether
    """,
    "auxiliary verbs": """
        am is are was were be been being do does did doing have has had having can could may might must shall
        should will would ought cannot
    """,
    "what modifies no more than these do": """
        not also too very just only even then there here thus
    """,
    "two of them in one, such as don't": """
        im ive youre youve youll youd weve theyre theyve theyll theyd hes shes isnt arent wasnt werent dont
        doesnt didnt havent hasnt hadnt cant couldnt mustnt shouldnt wont wouldnt
    """,
}

FUNCTION_WORDS: Final = frozenset(word for words in _CLASSES.values() for word in words.split())
"""In the form that the analyzer folds them to; none is stemmed."""
