"""Every driver that is here, in every mode, with all kinds of roots, against all kinds of servers"""
