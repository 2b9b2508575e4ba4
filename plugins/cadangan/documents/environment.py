"""The Jinja environments: one for each kind of text, all strict about missing names."""

from functools import cache, partial

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, TemplateError
from markupsafe import Markup

from cadangan import paths
from cadangan.documents import formats, safety
from cadangan.errors import DocumentError

LINE_BREAKS = {"html": Markup("<br/>"), "fodt": Markup("<text:line-break/>"), "fods": Markup(" ")}


def markup(template: str, form: str, **context: object) -> str:
    """Render a template to XML-like text in which every value is escaped.

    :param form: "html" or "fodt"; templates see it as `form`.
    :raises DocumentError: the template is missing or broken.
    """
    return _render(_markup_environment(form), template, {**context, "form": form})


def text(template: str, **context: object) -> str:
    """Render a template to plain text; raise DocumentError when it is missing or broken."""
    return _render(_text_environment(), template, context)


def markdown(template: str, **context: object) -> str:
    """Render a template to Markdown in which every value is inert; raise DocumentError like `text`."""
    return _render(_markdown_environment(), template, context)


def _render(environment: Environment, template: str, context: dict[str, object]) -> str:
    try:
        return environment.get_template(template).render(context)
    except TemplateError as err:
        where = f"{getattr(err, 'filename', None) or template}, line {getattr(err, 'lineno', None) or '?'}"
        raise DocumentError(
            f"Template {template} cannot be rendered ({where}): {err}. Correct it under {paths.TEMPLATES}."
        ) from err


@cache
def _markup_environment(form: str) -> Environment:
    environment = _environment(form, autoescape=True, finalize=safety.printable)
    environment.filters["lines"] = partial(safety.broken_into_lines, line_break=LINE_BREAKS[form])
    return environment


@cache
def _text_environment() -> Environment:
    return _environment("text", autoescape=False, finalize=safety.printable)


@cache
def _markdown_environment() -> Environment:
    return _environment("markdown", autoescape=False, finalize=safety.markdown)


def _environment(kind: str, **options: object) -> Environment:
    environment = Environment(  # noqa: S701 - plain text and Markdown are no HTML; markup says autoescape=True
        loader=FileSystemLoader(paths.TEMPLATES),
        # Every task is a process of its own, and compiling takes longer than rendering. One template compiles to
        # another code with escaping than without, so that no two kinds may share an entry.
        bytecode_cache=FileSystemBytecodeCache(pattern=f"cadangan_{kind}_%s.cache"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,  # type: ignore[arg-type]
    )
    environment.filters.update(formats.filters())
    return environment
