"""What other systems ask the shop over HTTP: one file per resource, wired in promo_site/urls.py."""
