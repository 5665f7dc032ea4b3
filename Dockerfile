# voiceguide in a container, for arm64 and amd64. How it reaches the sound devices: docs/install.md
FROM debian:bookworm-slim

RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates python3 python3-venv libportaudio2 libespeak-ng1 libatomic1 libasound2-plugins \
 && rm -rf /var/lib/apt/lists/*

# Not root; its folders are those of a service, and can be volumes
RUN useradd --system --user-group --groups audio --uid 990 --home-dir /var/lib/voiceguide --create-home voiceguide \
 && install -d -o voiceguide -g voiceguide /etc/voiceguide /var/cache/voiceguide
ENV XDG_CONFIG_HOME=/etc XDG_DATA_HOME=/var/lib XDG_STATE_HOME=/var/lib XDG_CACHE_HOME=/var/cache \
    PYTHONUNBUFFERED=1 PATH=/opt/voiceguide/bin:$PATH

COPY pyproject.toml README.md /src/
COPY voiceguide /src/voiceguide
COPY content /src/content
COPY models /src/models
RUN python3 -m venv /opt/voiceguide \
 && /opt/voiceguide/bin/pip install --no-cache-dir --disable-pip-version-check /src \
 && rm -rf /src

USER voiceguide
WORKDIR /var/lib/voiceguide
# All prompts are part of the image, so that it speaks at once
RUN voiceguide prepare

# ALSA finds the sound server of the host where its socket is given: -e PULSE_SERVER=unix:/run/pulse/native
STOPSIGNAL SIGTERM
ENTRYPOINT ["voiceguide"]
CMD ["run"]
