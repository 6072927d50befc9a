"""The web that the demo watches: invented sites, their texts, and a server that shows what was published by then."""

from vigie.demo.world.build import build_world
from vigie.demo.world.configuration import DemoStore, demo_files
from vigie.demo.world.items import Article, Comment, Item, Post, World
from vigie.demo.world.server import Requests, WorldServer

__all__ = ["Article", "Comment", "DemoStore", "Item", "Post", "Requests", "World", "WorldServer", "build_world", "demo_files"]
