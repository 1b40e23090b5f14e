"""The JSON API below `/api/v1/`.

`routes` has the endpoints: open it first.  `serializers` converts results to the structs of `schemas`, which are
encoded as JSON and described by the OpenAPI document that `openapi` builds, with the names of `components` and the
values of `examples`.  `docs_routes` has the page about the API, which `docs` makes from that document.
"""
