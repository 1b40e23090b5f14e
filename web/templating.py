"""Renders the templates, outside Flask's request handling too."""

from jinja2 import Environment, PackageLoader

from web.service import Call

TEMPLATES = Environment(
    loader=PackageLoader("web"), autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False
)


def render(call: Call, template: str, **context: object) -> str:
    """The text of a template; every template has the site's name, the root of links and the like."""
    settings = call.service.settings
    return TEMPLATES.get_template(template).render(
        site_name=settings.site_name,
        show_images=settings.show_images,
        root=call.root,  # url_for would need a trusted host
        static=f"{call.root}/static/{call.service.asset_version}",
        **context,
    )
