"""The Scrapy project: it reads sources politely and turns what they publish into documents.

On the data's way: source -> **crawlers** -> Document -> inbox. `collect.ScrapyCollector` is the door; `kinds.KINDS` the registry.
"""
