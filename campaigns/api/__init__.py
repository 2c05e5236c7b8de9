"""What other systems read and change of campaigns' own things: one file per resource, wired in promo_site/urls.py."""
