"""`python -m search` is the command line `article-search`."""

from search.cli.commands import main

if __name__ == "__main__":
    main(prog_name="article-search")
