ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
# With a C compiler the wheel has compiled modules, and is one of plain Python without: --build-arg EMULATOR_COMPILE=0
# saves the two minutes. The compiler stays behind in this stage.
ARG EMULATOR_COMPILE=
RUN [ "$EMULATOR_COMPILE" = 0 ] || (apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev) \
    || echo "No C compiler can be installed."
WORKDIR /src
# Two environments: the tools that build the wheel stay behind in this stage, pip among them.
RUN python3 -m venv /opt/build && python3 -m venv --without-pip /opt/emulator
COPY requirements/build.lock requirements/runtime.lock requirements/
# The compiler of Python needs the types of the libraries.
RUN /opt/build/bin/pip install --no-cache-dir --require-hashes --requirement requirements/build.lock --requirement requirements/runtime.lock \
    && /opt/build/bin/pip --python /opt/emulator install --no-cache-dir --require-hashes --requirement requirements/runtime.lock
COPY hatch_build.py pyproject.toml README.md LICENSE ./
COPY api_shapes api_shapes
COPY emulator emulator
COPY sqs_sns_emulator sqs_sns_emulator
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
    && /opt/build/bin/pip --python /opt/emulator install --no-cache-dir --no-deps dist/*.whl

# What init scripts and health checks that were written for LocalStack's image use.
FROM build AS build-compat
COPY requirements/compat.lock requirements/
RUN /opt/build/bin/pip --python /opt/emulator install --no-cache-dir --require-hashes --requirement requirements/compat.lock

FROM ${PYTHON_IMAGE} AS runtime
COPY --from=build /opt/emulator /opt/emulator
# The base image's standard library comes without bytecode, and a read-only root cannot keep any: make what is
# needed here once, which leaves a third of the start-up time.
RUN /opt/emulator/bin/python3 -c "import emulator.control.routes, emulator.declared.contents, emulator.declared.toml_document, \
    emulator.declared.yaml_document, emulator.serving.hooks, emulator.serving.start, getopt, http.client, \
    psycopg"
COPY image/curl image/docker-entrypoint.sh /usr/local/bin/
# The address has LocalStack's name, so that a GATEWAY_LISTEN of the user's stands in its place; EMULATOR_HOST and
# EMULATOR_PORT win over both.
ENV PATH=/opt/emulator/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GATEWAY_LISTEN=0.0.0.0:4566
# No such user need exist, and nothing is written: `--user` takes any id, and `--read-only` changes nothing.
USER 10001:10001
EXPOSE 4566
# The start period leaves init scripts time; the first check that succeeds ends it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["sqs-sns-emulator", "health"]
ENTRYPOINT ["sqs-sns-emulator"]

# docker build --target compat: with the AWS command line, awslocal, boto3 and curl, for init scripts.
FROM runtime AS compat
USER 0:0
RUN apt-get update \
    && apt-get install --yes --no-install-recommends curl \
    && rm -rf /var/lib/apt/lists/* /usr/local/bin/curl
COPY --from=build-compat /opt/emulator /opt/emulator
RUN PYTHONDONTWRITEBYTECODE= python3 -c "import awscli.clidriver, boto3"
USER 10001:10001

# The last target is the one that is built if none is named.
FROM runtime AS default
