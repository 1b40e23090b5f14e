"""Reads the archive, a folder of Markdown files with YAML front matter, one file for each article.

`walk` lists the files and reads their bytes, `reader` makes an `Article` of one file, `front_matter` knows its keys,
`cleaning` converts single values, `plain_yaml` reads the YAML.  Start with `reader`.
"""
