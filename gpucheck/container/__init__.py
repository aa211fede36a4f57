"""The run test: a container is started, and what its probe prints is read."""
