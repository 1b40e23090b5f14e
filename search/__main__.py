"""`python -m search`: the command line, as `article-search`."""

from search.cli.commands import main

if __name__ == "__main__":
    main(prog_name="article-search")
