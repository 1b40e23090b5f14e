"""The search as tools for language models, by the Model Context Protocol (MCP).

`tools` has the tools, `answers` what they return, cut to a number of characters, and `server` serves them over standard
input and output or HTTP.  Needs the extra `article-search[mcp]`.
"""
