"""Every driver that is here, in every mode, with every kind of roots, against every kind of server: what happens?"""
