"""Root certificates of Amazon RDS: a PEM file a partition, proxy.pem for RDS Proxy, and where they come from.

history.json names what the sources held and nobody is to trust any more: the 2019 family, which has expired,
intermediates, and roots of previews.

Read them with importlib.resources. The Region of a root is part of its subject's common name:
`Amazon RDS eu-central-1 Root CA RSA2048 G1`.
"""
