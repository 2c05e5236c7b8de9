"""What the web server calls: `granian --interface wsgi promo_site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "promo_site.settings.dev")
# Only web requests get the short lock and statement timeouts; a report or an import may take its time.
os.environ.setdefault("PROMO_PROCESS", "web")

application = get_wsgi_application()
