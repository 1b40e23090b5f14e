"""article-search: full-text search over an archive of news articles."""
