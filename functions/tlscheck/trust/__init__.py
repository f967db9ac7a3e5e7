"""What a client trusts: what a trust store holds, which CAs it covers, how one is made and handed over."""
