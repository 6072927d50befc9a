"""Pages that a browser shows without a login: what the signed links in the mails lead to. Heavy imports wait in `server`."""
