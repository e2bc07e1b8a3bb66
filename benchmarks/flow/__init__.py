"""The flow beside serial `dvc repro`, on graphs made for it and on this project's own."""
