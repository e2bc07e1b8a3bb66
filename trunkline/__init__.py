"""From scratch, fine-tuned, joint or meta-learned? The library: values in, values out."""
