"""Look whether the sources of datasets have changed, without reading them."""
