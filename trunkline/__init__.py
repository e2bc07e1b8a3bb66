"""Should I train from scratch, fine-tune, train jointly or meta-learn? The library: values in, values out."""
