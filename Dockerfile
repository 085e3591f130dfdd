# The whole programme in one image: API, commands, warehouse and reports. Data and keys stay in /data, or come from outside.
FROM python:3.12-slim-bookworm
RUN apt-get update -qq \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home jamsos \
    && install -d -o jamsos /data
WORKDIR /srv/jamsos
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY . .
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER 10001
WORKDIR /data
VOLUME /data
ENV JAMSOS_API_HOST=0.0.0.0
EXPOSE 8000
CMD ["jamsos", "api", "serve"]
