"""HTTP in front of the pages: Starlette on uvicorn, in a thread of its own, so that no crawl or analysis keeps a page waiting."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

import uvicorn
from jinja2 import Environment, StrictUndefined, Template
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from config.schema import Web
from vigie.clock import Clock
from vigie.errors import VigieError
from vigie.web.pages import LinkPages, Page

_LOG = logging.getLogger(__name__)
_PATIENCE_S = 5.0
_CONNECTIONS = 100  # at once; more are told to come back
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def link_app(pages: LinkPages, clock: Clock) -> Starlette:
    """The application: `/incident/TOKEN` asks when it is visited, does when it is confirmed (POST)."""

    async def incident(request: Request) -> Response:
        act = pages.confirm if request.method == "POST" else pages.ask
        return _response(await run_in_threadpool(act, request.path_params["token"], clock.now()), pages)

    async def nothing(_request: Request, _error: Exception) -> Response:
        return _response(pages.nothing(clock.now()), pages)

    return Starlette(routes=[Route("/incident/{token}", incident, methods=["GET", "POST"])], exception_handlers={404: nothing})


@contextmanager
def serving(pages: LinkPages, clock: Clock, web: Web) -> Iterator[int]:
    """Serves the pages while the block runs; gives the port. Raises: VigieError when the address cannot be listened on."""
    config = uvicorn.Config(
        link_app(pages, clock),
        host=web.host,
        port=web.port,
        lifespan="off",
        access_log=False,  # a link in a log is a link that works
        log_config=None,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=5,
        server_header=False,
        proxy_headers=False,
    )
    server = uvicorn.Server(config)
    try:
        listening = config.bind_socket()
        listening.listen(_CONNECTIONS)
    except (OSError, SystemExit) as error:
        raise VigieError(f"[web] {web.host}:{web.port} cannot be listened on; is another `vigie serve` running?") from error
    thread = threading.Thread(target=server.run, args=([listening],), name="vigie-web", daemon=True)
    thread.start()
    _LOG.info("event=serving host=%s port=%d", web.host, web.port)
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(_PATIENCE_S)
        listening.close()


def _response(page: Page, pages: LinkPages) -> Response:
    team = pages.config.settings.team
    html = _template().render(page=page, language=team.language, team=team.name)
    return HTMLResponse(html, page.status, _HEADERS)


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string((files("vigie.web") / "templates" / "page.html.j2").read_text("utf-8"))
