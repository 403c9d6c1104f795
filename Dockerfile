ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
# Two environments: the tools that build the wheel stay behind in this stage, pip among them.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/emulator
COPY requirements/build.lock requirements/runtime.lock requirements/
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes --requirement requirements/build.lock \
    && /opt/build/bin/pip --python /opt/emulator install --no-cache-dir --require-hashes --requirement requirements/runtime.lock
COPY pyproject.toml README.md LICENSE ./
COPY api_shapes api_shapes
COPY emulator emulator
COPY sqs_sns_emulator sqs_sns_emulator
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/build/bin/pip --python /opt/emulator install --no-cache-dir --no-deps dist/*.whl

FROM ${PYTHON_IMAGE}
COPY --from=build /opt/emulator /opt/emulator
# The base image's standard library comes without bytecode, and a read-only root cannot keep any: make what is
# needed here once, which leaves a third of the start-up time.
RUN /opt/emulator/bin/python3 -c "import emulator.control.routes, emulator.server, http.client"
ENV PATH=/opt/emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    EMULATOR_HOST=0.0.0.0 \
    EMULATOR_PORT=4566
# No such user need exist, and nothing is written: `--user` takes any id, and `--read-only` changes nothing.
USER 10001:10001
EXPOSE 4566
HEALTHCHECK --interval=5s --timeout=3s --start-period=5s --retries=3 CMD ["python3", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['EMULATOR_PORT']), timeout=2); c.request('GET', '/_emulator/health'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["sqs-sns-emulator"]
