# The image: the engine and what it needs, run by a user of its own from a folder that it cannot change.
# Only /data is written to (and /tmp, where a library wants it), so it runs with a read-only root as well.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/firstcontact
COPY requirements/run.txt /source/requirements/run.txt
RUN /opt/firstcontact/bin/pip install --require-hashes -r /source/requirements/run.txt
COPY . /source
RUN /opt/firstcontact/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels /source
RUN /opt/firstcontact/bin/pip install --no-deps --no-index /wheels/*.whl
RUN /opt/firstcontact/bin/pip uninstall --yes editables hatchling pip

FROM python:3.12-slim
RUN useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin firstcontact \
    && install -d -m 0700 -o firstcontact -g firstcontact /data
COPY --from=build /opt/firstcontact /opt/firstcontact
ENV PATH=/opt/firstcontact/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FIRSTCONTACT_DATA=/data \
    FIRSTCONTACT_HOST=0.0.0.0 \
    FIRSTCONTACT_PORT=8000 \
    FIRSTCONTACT_LOG_FORMAT=json
USER firstcontact
WORKDIR /data
VOLUME ["/data"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["python", "-P", "-m", "router.processes.healthy"]
ENTRYPOINT ["firstcontact"]
CMD ["serve"]
