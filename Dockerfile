# The whole programme in one image: API, commands, warehouse and reports. Data and keys stay in /data, or come from outside.
FROM python:3.12-slim-bookworm AS built
RUN python -m venv /opt/jamsos
ENV PATH=/opt/jamsos/bin:$PATH
WORKDIR /srv/jamsos
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY . .
# the tools of the tests are locked, too, and are not shipped
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && python scripts/prune.py

FROM python:3.12-slim-bookworm
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home jamsos \
    && install -d -o jamsos /data
COPY --from=built /opt/jamsos /opt/jamsos
ENV PATH=/opt/jamsos/bin:$PATH JAMSOS_API_HOST=0.0.0.0
USER 10001
WORKDIR /data
# all else is never written to: the root may be read-only
VOLUME ["/data", "/tmp"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-m", "api.http.health"]
CMD ["jamsos", "api", "serve"]
