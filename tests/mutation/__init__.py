"""Mutation testing with mutmut: changes the code in small ways and checks that a test fails (`make mutate`)."""
