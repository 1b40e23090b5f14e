"""The search as tools for language models, by the Model Context Protocol (MCP).

`tools` has the tools, `parameters` what they take, and `answers` what they return, cut to a number of characters.  A
`cursor` continues a list.  `server` serves the tools over standard input and output or HTTP.
Needs the extra `article-search[mcp]`.
"""
