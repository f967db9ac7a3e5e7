"""AWS's services, a module each."""
