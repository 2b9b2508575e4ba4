"""The one-pass pipe: source, compress, encrypt, digest, copies."""
