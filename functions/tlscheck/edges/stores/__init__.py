"""Files of certificates on this machine, and certificates as cryptography parses them."""
