"""A tool that refuses unknown arguments, and names mistakes as the JSON API does."""

from collections.abc import Callable
from inspect import getdoc
from typing import Any, Final

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import ValidationError

from search.errors import RequestInvalid
from search.request_mistakes import mistakes

_READ_ONLY: Final = ToolAnnotations(read_only_hint=True, open_world_hint=False)


class CheckedTool(Tool):
    """A read-only tool."""

    @classmethod
    def of(cls, function: Callable[..., Any], title: str) -> Tool:
        """The tool of a function, which its docstring describes."""
        tool = cls.from_function(function, title=title, description=getdoc(function), annotations=_READ_ONLY)
        arguments = tool.fn_metadata.arg_model
        arguments.model_config["extra"] = "forbid"  # the SDK ignores unknown arguments
        arguments.model_rebuild(force=True)
        tool.parameters = arguments.model_json_schema(by_alias=True)
        return tool

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """The result of the tool.  Raises `ToolError`."""
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if not isinstance(error.__cause__, ValidationError):
                raise
            found = mistakes(error.__cause__, self.fn_metadata.arg_model.model_fields)
            raise ToolError(f"Error executing tool {self.name}: {RequestInvalid(found)}") from error
