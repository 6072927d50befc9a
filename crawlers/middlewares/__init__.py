"""Scrapy downloader middlewares: what every request must pass, on every hop of a redirection."""
