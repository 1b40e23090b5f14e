"""Text analysis: text → terms, synonyms, highlighting.  The index and the queries share it.

Open `analyzer` first: its table shows what becomes of a text.  `tokenizer`, `apostrophes`, `folding` and `stemming` are
its steps, `synonym_file`, `synonym_parser` and `synonym_map` the synonyms, `highlighter` and `passage` the shown parts
of a text.
"""
