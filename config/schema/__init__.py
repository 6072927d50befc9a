"""The shape of the files a user edits. Every key has a description; the configuration reference is generated from them."""

from config.schema.alerts import MAIL, AlertsFile, ChannelRow, DigestRow, Person, Rota, RouteRow, RuleRow
from config.schema.brands import Brand, BrandsFile, Senses, Theme, ThemesFile
from config.schema.fields import Strict
from config.schema.planning import CalendarFile, EventRow
from config.schema.settings import (
    Analyse,
    Canary,
    Crawl,
    Data,
    Kibana,
    Mail,
    Schedule,
    Settings,
    SiteManners,
    Store,
    Team,
    Transformer,
    Web,
)
from config.schema.sources import USUAL_DOCUMENT_KIND, SourceRow, SourcesFile, source_of
from config.schema.whole import Config

__all__ = [
    "MAIL",
    "USUAL_DOCUMENT_KIND",
    "AlertsFile",
    "Analyse",
    "Brand",
    "BrandsFile",
    "CalendarFile",
    "Canary",
    "ChannelRow",
    "Config",
    "Crawl",
    "Data",
    "DigestRow",
    "EventRow",
    "Kibana",
    "Mail",
    "Person",
    "Rota",
    "RouteRow",
    "RuleRow",
    "Schedule",
    "Senses",
    "Settings",
    "SiteManners",
    "SourceRow",
    "SourcesFile",
    "Store",
    "Strict",
    "Team",
    "Theme",
    "ThemesFile",
    "Transformer",
    "Web",
    "source_of",
]
