"""From arrivals to mails: detection of buzz and bad buzz, incidents, digests, channels. Knows the store by its contract only."""
