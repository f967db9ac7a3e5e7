"""PEM, DER, PKCS12 and JKS as their readers read them; nothing here knows of RDS."""
