"""`make bench`: what the main pages cost, beside an empty Django view and an empty Wagtail page in the same run.

The web server runs as `make serve` runs it; a second process asks for each page over connections kept open. Queries are
counted in this process by Django's test client, on a second visit, when caches are warm.
"""
