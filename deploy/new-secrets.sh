#!/bin/sh
# Makes the secrets that compose.yaml names, in the folder secrets/; those that are there stay.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
# Nobody else of this machine comes in. Containers do not go through the folder: they are given each file by itself.
chmod 700 secrets

make_one() {
  if [ ! -s "secrets/$1" ]; then
    printf '%s\n' "$2" >"secrets/$1"
    echo "made secrets/$1"
  fi
}

make_one secret_key "$(openssl rand -hex 48)"
# A key of Fernet: 32 bytes in the Base64 of addresses.
make_one token_keys "$(openssl rand -base64 32 | tr '+/' '-_')"
make_one database_password "$(openssl rand -hex 24)"
make_one database_url "postgres://quayside:$(cat secrets/database_password)@postgres:5432/quayside"
# Compose passes files on with their owners and modes, and the dashboard's user in its container, 10001, has to read its
# three: only root can make them that user's. Without root the folder alone keeps others from them. PostgreSQL's
# container reads its own as root, before it becomes another.
chmod 400 secrets/database_password
if [ "$(id -u)" -eq 0 ]; then
  chown 10001:10001 secrets/secret_key secrets/token_keys secrets/database_url
  chmod 400 secrets/secret_key secrets/token_keys secrets/database_url
else
  chmod 444 secrets/secret_key secrets/token_keys secrets/database_url
fi
