"""Query syntax: from the text that a reader types to a tree of query nodes, independent of any engine.

Open `parser.py` first: it documents the syntax and turns lexemes (`lexer.py`) into nodes (`nodes.py`); `leaf_nodes.py`
makes the nodes of single words and phrases.  `synonym_expansion.py` rewrites the tree, `query_words.py`
lists its words, and `slugs.py` reads a slug as words.
"""
