"""Tables, contracts, splits and encoders."""
