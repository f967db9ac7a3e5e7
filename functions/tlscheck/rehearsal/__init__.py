"""What a client did when it was shown what it must refuse -> what it is."""
