"""The site in a real browser, against a real server, with people who went down the whole chain."""
