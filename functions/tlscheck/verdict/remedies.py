"""Next steps that several checks give."""

LIST_AUTHORITIES = "Allow tlscheck rds:DescribeCertificates in this Region."
