# Production image. Services beside it: docker-compose.yml. Variables: docs/deployment.md.
FROM python:3.11-slim AS packages
WORKDIR /srv/promo_site
RUN python -m venv /srv/venv
COPY requirements/production.txt requirements/
RUN /srv/venv/bin/pip install --no-cache-dir --require-hashes -r requirements/production.txt

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /srv/promo_site --shell /usr/sbin/nologin promo \
    && install -d -o promo -g promo /srv/promo_site /srv/promo_site/static /srv/promo_site/media /srv/promo_site/beat
WORKDIR /srv/promo_site
ENV PATH=/srv/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=promo_site.settings.prod
COPY --from=packages /srv/venv /srv/venv
COPY manage.py ./
COPY locale locale
COPY templates templates
COPY pricing pricing
COPY campaigns campaigns
COPY coupons coupons
COPY storefront storefront
COPY analytics analytics
COPY promo_site promo_site
RUN python -m promo_site.translations
USER promo
EXPOSE 8000
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--blocking-threads", "8", "--respawn-failed-workers", "promo_site.wsgi:application"]
