# Quayside for a team. Two stages: what builds it is not in what runs.
# Whoever cares for the same bytes each time names the base by its digest: PYTHON=python:3.13-slim-trixie@sha256:…
ARG PYTHON=python:3.13-slim-trixie

FROM ${PYTHON} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/quayside
COPY requirements/team.txt requirements/build.txt /tmp/requirements/
RUN /opt/quayside/bin/pip install --quiet --require-hashes --requirement /tmp/requirements/team.txt \
 && python -m pip install --quiet --require-hashes --requirement /tmp/requirements/build.txt
COPY . /tmp/quayside
WORKDIR /tmp/quayside
# Without a build environment of its own, which would be fetched without hashes.
RUN python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir /tmp/wheel . \
 && /opt/quayside/bin/pip install --quiet --no-deps /tmp/wheel/*.whl \
 && /opt/quayside/bin/python -m compileall -q /opt/quayside/lib

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Quayside" \
      org.opencontainers.image.description="The team dashboard for runs" \
      org.opencontainers.image.licenses="Apache-2.0"
# A number, so that whoever runs the image can see that it is not root.
RUN groupadd --gid 10001 quayside \
 && useradd --uid 10001 --gid 10001 --home-dir /var/lib/quayside --create-home --shell /usr/sbin/nologin quayside
COPY --from=build /opt/quayside /opt/quayside
ENV PATH=/opt/quayside/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    VAR_DIR=/var/lib/quayside \
    WEB_HOST=0.0.0.0 \
    PORT=8000
USER 10001:10001
WORKDIR /var/lib/quayside
VOLUME /var/lib/quayside
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["quayside"]
CMD ["web"]
